/** Objects of the lake as files of a directory: one snapshot, which no run of rollup changes under a query. */
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Bucket } from '../../adapters/bucket/port.ts'
import type { LakeTable } from '../../core/keys.ts'
import { formatBytes, formatNumber } from '../../core/view/format.ts'
import { inParallel } from '../../functions/rollup/parallel.ts'
import { decodeParquet, openParquet } from '../../functions/rollup/parquet.ts'
import type { LakeObject } from '../lake/files.ts'

/** All that one query fetches. */
export const maxFetchedBytes = 2 * 1024 ** 3
const atOnce = 8

export interface Fetched {
  table: LakeTable
  key: string
  path: string
}

export interface Damaged {
  key: string
  reason: string
}

export interface FetchOptions {
  bucket: Bucket
  objects: readonly LakeObject[]
  directory: string
  signal: AbortSignal
  onProgress(text: string): void
}

/** Each file under its key in `directory`. What has no footer of ours is damaged; what went meanwhile is left out. */
export async function fetchObjects(options: FetchOptions): Promise<{ fetched: Fetched[]; damaged: Damaged[] }> {
  const { bucket, objects, directory, signal, onProgress } = options
  const allBytes = objects.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
  if (allBytes > maxFetchedBytes) {
    const [found, most] = [allBytes, maxFetchedBytes].map((bytes) => formatBytes(bytes))
    throw new Error(
      `the query would fetch ${formatNumber(objects.length)} files with ${found} from ${bucket.url}, expected at most ${most}: narrow it with --host, --days, --from or --to`,
    )
  }
  const fetched: Fetched[] = []
  const damaged: Damaged[] = []
  let bytes = 0
  await inParallel(objects, atOnce, async ({ key, table }) => {
    signal.throwIfAborted()
    const body = (await bucket.get(key, { maxBytes: maxFetchedBytes }))?.body
    if (!body) return
    const path = join(directory, key)
    try {
      openParquet(table, body)
      await mkdir(dirname(path), { recursive: true })
      await writeFile(path, body)
      fetched.push({ table, key, path })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).syscall !== undefined) throw error
      damaged.push({ key, reason: (error as Error).message })
    }
    bytes += body.length
    onProgress(`${formatBytes(bytes)} of ${formatBytes(allBytes)} fetched …`)
  })
  return { fetched: fetched.sort((a, b) => (a.key < b.key ? -1 : 1)), damaged }
}

/** Reads every value: which of the files can't be read to their end? */
export async function findDamaged(
  fetched: readonly Fetched[],
  read: (path: string) => Promise<Uint8Array>,
): Promise<Damaged[]> {
  const damaged: Damaged[] = []
  for (const { table, key, path } of fetched) {
    try {
      await decodeParquet(table, await read(path))
    } catch (error) {
      damaged.push({ key, reason: (error as Error).message })
    }
  }
  return damaged
}
