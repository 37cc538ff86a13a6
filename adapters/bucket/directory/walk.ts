/**
 * Keys below a folder in ascending byte order of whole keys. Folders that can hold nothing of interest are not entered,
 * so that a page late in a large bucket costs the folders on its way and no more.
 */
import { lstatSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { isKey } from '../key.ts'
import type { ListedObject } from '../port.ts'
import { isMissing } from './failure.ts'

export interface WalkOptions {
  root: string
  prefix: string
  /** Only keys after it, itself not included. */
  startAfter: string
}

export function walk({ root, prefix, startAfter }: WalkOptions): AsyncGenerator<ListedObject> {
  const folder = prefix.slice(0, prefix.lastIndexOf('/') + 1)
  return walkFolder(folder, { root, prefix, startAfter })
}

async function* walkFolder(folder: string, options: WalkOptions): AsyncGenerator<ListedObject> {
  const { root, prefix, startAfter } = options
  const paths = (await pathsIn(root, folder)).filter((path) => path.startsWith(prefix) && isAfter(path, startAfter))
  for (const path of paths.sort()) {
    if (path.endsWith('/')) {
      yield* walkFolder(path, options)
      continue
    }
    // Synchronous: a page of 1,000 takes 3 ms, by promises ten times that.
    const stats = lstatSync(join(root, path), { throwIfNoEntry: false })
    if (stats) yield { key: path, sizeBytes: stats.size, modifiedAtMs: Math.floor(stats.mtimeMs) }
  }
}

/**
 * Files and folders, the latter with the `/` that all keys in them have at this place: so `a-b`, `a.b`, `a/b` come in
 * the order of their bytes. What has a name that no key has is not ours.
 */
async function pathsIn(root: string, folder: string): Promise<string[]> {
  let entries: Awaited<ReturnType<typeof entriesOf>>
  try {
    entries = await entriesOf(join(root, folder))
  } catch (error) {
    if (folder !== '' && isMissing(error)) return []
    throw error
  }
  const paths: string[] = []
  for (const entry of entries) {
    if (!isKey(entry.name)) continue
    if (entry.isDirectory()) paths.push(`${folder}${entry.name}/`)
    else if (entry.isFile()) paths.push(`${folder}${entry.name}`)
  }
  return paths
}

function entriesOf(path: string) {
  return readdir(path, { withFileTypes: true })
}

/** Of a folder: whether anything in it may be after. Keys are ASCII: the order of strings is that of bytes. */
function isAfter(path: string, startAfter: string): boolean {
  return path > startAfter || (path.endsWith('/') && startAfter.startsWith(path))
}
