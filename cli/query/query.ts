/** One query of the lake: fetch what it may need, run it, leave out damaged files, leave nothing behind. */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Bucket } from '../../adapters/bucket/port.ts'
import { expectOneSelect, runSelect, type Selected } from '../../adapters/duckdb/run.ts'
import type { LakeTable, ShardCount } from '../../core/keys.ts'
import { listLakeObjects } from '../lake/files.ts'
import type { LakeRange } from '../lake/period.ts'
import { type Damaged, type Fetched, fetchObjects, findDamaged } from './fetch.ts'
import { tablesIn, viewsOf } from './views.ts'

export interface QueryOptions {
  bucket: Bucket
  shardCount: ShardCount
  sql: string
  range: LakeRange
  /** In it a directory is made for the time of the query. */
  temporaryDirectory: string
  signal: AbortSignal
  onProgress(text: string): void
  onDamaged(damaged: Damaged): void
}

/** `use` gets the result, whole. Throws what DuckDB says of the text, with keys of the bucket for its paths. */
export async function queryLake(options: QueryOptions, use: (selected: Selected) => Promise<void>): Promise<void> {
  const { bucket, shardCount, sql, range, temporaryDirectory, signal, onProgress, onDamaged } = options
  await expectOneSelect(sql)
  const directory = await mkdtemp(join(temporaryDirectory, 'vitals-query-'))
  try {
    const objects = await listLakeObjects({ bucket, shardCount, range, tables: tablesIn(sql) })
    const { fetched, damaged } = await fetchObjects({ bucket, objects, directory, signal, onProgress })
    for (const one of damaged) onDamaged(one)
    onProgress('')
    const select = (files: readonly Fetched[]) =>
      runSelect({ sql, directory, signal, views: viewsOf(pathsOf(files), range) })
    const selected = await select(fetched).catch(async (error: Error) => {
      const found = isOfTheText(error) || signal.aborted ? [] : await findDamaged(fetched, (path) => readFile(path))
      if (found.length === 0) throw error
      for (const one of found) onDamaged(one)
      return select(fetched.filter(({ key }) => !found.some((one) => one.key === key)))
    })
    try {
      await use(selected)
    } finally {
      selected.close()
    }
  } catch (error) {
    signal.throwIfAborted()
    throw new Error((error as Error).message.replaceAll(`${directory}/`, ''), { cause: error })
  } finally {
    onProgress('')
    await rm(directory, { recursive: true, force: true })
  }
}

/** No file is to blame for it. */
function isOfTheText({ message }: Error): boolean {
  return /^(?:Parser|Binder|Catalog|Permission|Conversion|Out of Range|Out of Memory|Not implemented|INTERRUPT) /i.test(
    message,
  )
}

function pathsOf(files: readonly Fetched[]): Map<LakeTable, string[]> {
  const paths = new Map<LakeTable, string[]>()
  for (const { table, path } of files) {
    const known = paths.get(table)
    if (known) known.push(path)
    else paths.set(table, [path])
  }
  return paths
}
