/** An object as a file: opened once, and the same from then on, whatever happens to its name. */
import { hash } from 'node:crypto'
import { statSync } from 'node:fs'
import { type FileHandle, open, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { BucketError, type StoredObject } from '../port.ts'
import { isMissing } from './failure.ts'

export interface OpenObject {
  file: FileHandle
  inode: bigint
  sizeBytes: number
}

/** `undefined`: no such object. The caller closes the file. A root that is gone is no empty bucket, and throws. */
export async function openObject(root: string, key: string): Promise<OpenObject | undefined> {
  let file: FileHandle
  try {
    file = await open(join(root, key), 'r')
  } catch (error) {
    if (!isMissing(error)) throw error
    await stat(root)
    return undefined
  }
  const stats = await file.stat({ bigint: true })
  if (stats.isFile()) return { file, inode: stats.ino, sizeBytes: Number(stats.size) }
  await file.close()
  return undefined
}

export async function readObject(
  root: string,
  key: string,
  { url, maxBytes }: { url: string; maxBytes: number },
): Promise<StoredObject | undefined> {
  const object = await openObject(root, key)
  if (!object) return undefined
  const { file, sizeBytes } = object
  try {
    if (sizeBytes > maxBytes) {
      const message = `get ${key} in ${url}: ${sizeBytes} bytes, expected at most ${maxBytes}`
      throw new BucketError(message, { operation: 'get', key, effect: 'none' })
    }
    const body = await file.readFile()
    return { body, etag: etagOf(body) }
  } finally {
    await file.close()
  }
}

/** Absent: there is no object. A folder is none. */
export function inodeSync(path: string): bigint | undefined {
  const stats = statSync(path, { bigint: true, throwIfNoEntry: false })
  return stats?.isFile() ? stats.ino : undefined
}

export function etagOf(body: Uint8Array): string {
  return hash('sha256', body, 'hex').slice(0, 32)
}
