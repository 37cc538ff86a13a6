/**
 * Files and folders that survive a loss of power. A file is whole on disk before it gets its name, and its name is on
 * disk before anybody is told.
 */
import { randomBytes } from 'node:crypto'
import { mkdirSync, rmdirSync } from 'node:fs'
import { mkdir, open, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { isMissing } from './failure.ts'

/** Makes `root` and the folders above it that are missing, and puts their names on disk. */
export async function makeRoot(root: string): Promise<void> {
  const outermost = await mkdir(root, { recursive: true })
  if (outermost === undefined) return
  let folder = root
  for (; folder !== outermost; folder = dirname(folder)) await syncFolder(dirname(folder))
  await syncFolder(dirname(folder))
}

/** Writes and syncs a file without a name of its own yet; the caller renames or removes it. */
export async function writeDraft(folder: string, body: Uint8Array): Promise<string> {
  const path = join(folder, `${process.pid}-${randomBytes(8).toString('hex')}`)
  const write = () => writeFile(path, body, { flag: 'wx', flush: true })
  try {
    await write()
  } catch (error) {
    await rm(path, { force: true })
    if (!isMissing(error)) throw error
    await mkdir(folder)
    await write()
  }
  return path
}

/** What a run that was killed left behind. Not younger: it may still be at work. */
export async function sweepDrafts(folder: string, { olderThanMs }: { olderThanMs: number }): Promise<void> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name)
    const stats = await stat(path).catch(() => undefined)
    if (stats && stats.mtimeMs < olderThanMs) await rm(path, { force: true })
  }
}

/** Makes the folders from below `root` down to `folder`, never `root`: an unmounted disk must not be written under. */
export function makeFoldersSync(root: string, folder: string): string[] {
  if (folder === root) return []
  const parents = makeFoldersSync(root, dirname(folder))
  try {
    mkdirSync(folder)
  } catch (error) {
    if ((error as { code?: unknown }).code === 'EEXIST') return parents
    throw error
  }
  return [...parents, folder]
}

/** Removes `folder` and the folders above it as long as they are empty; the first that stays. */
export function removeEmptySync(root: string, folder: string): string {
  let path = folder
  while (path !== root) {
    try {
      rmdirSync(path)
    } catch (error) {
      const { code } = error as { code?: unknown }
      if (code === 'ENOTEMPTY' || code === 'EEXIST') return path
      if (!isMissing(error)) throw error
    }
    path = dirname(path)
  }
  return root
}

/** Puts the names in `folder` on disk. Gone meanwhile: whoever removed it syncs the one above. */
export async function syncFolder(folder: string): Promise<void> {
  let handle: Awaited<ReturnType<typeof open>>
  try {
    handle = await open(folder, 'r')
  } catch (error) {
    if (isMissing(error)) return
    throw error
  }
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
