/**
 * What the spool needs of a disk. Each call that changes something is whole or not at all, and outlives the process when
 * it resolves; what outlives a power cut is the storage's own matter.
 */
export interface SpoolStorage {
  /** For messages. */
  readonly path: string
  list(): Promise<{ name: string; sizeBytes: number }[]>
  read(name: string): Promise<Uint8Array>
  /** Replaces the file, if there is one. */
  write(name: string, body: Uint8Array): Promise<void>
  append(name: string, body: Uint8Array): Promise<void>
  remove(name: string): Promise<void>
  /** Puts a file that can't be used where nobody reads it, and nobody deletes it. Gives the place. */
  moveAside(name: string): Promise<string>
}
