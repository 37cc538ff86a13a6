/** What the spool needs of a disk. Each call is durable when it resolves, and is whole or not at all. */
export interface SpoolStorage {
  /** For messages. */
  readonly path: string
  list(): Promise<{ name: string; sizeBytes: number }[]>
  read(name: string): Promise<Uint8Array>
  /** Replaces the file, if there is one. */
  write(name: string, body: Uint8Array): Promise<void>
  append(name: string, body: Uint8Array): Promise<void>
  remove(name: string): Promise<void>
  /** Puts a file that can't be used where nobody reads it, and nobody deletes it. */
  moveAside(name: string): Promise<void>
}
