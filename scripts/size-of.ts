import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** Bytes of a file, or of all files in a directory; directories themselves count nothing. */
export async function sizeOf(path: string): Promise<number> {
  const found = await stat(path)
  if (!found.isDirectory()) return found.size
  const within = await Promise.all((await readdir(path)).map((name) => sizeOf(join(path, name))))
  return within.reduce((sum, one) => sum + one, 0)
}
