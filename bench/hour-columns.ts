/**
 * How fast a day of the lake becomes rollups of five minutes, from columns that are in memory; pandas beside it. By the time
 * that the thread had of a core: whatever else the machine does counts for neither.
 */
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import type { Bucket } from '../adapters/bucket/port.ts'
import { type LakeTable, lakeTables } from '../core/keys.ts'
import { columnsOfHour } from '../core/rollup/hour-columns.ts'
import { joinRows, type LakeRows } from '../core/rollup/lake-rows.ts'
import { bucketMs } from '../core/rollup/rollup.ts'
import { createLakeReader } from '../functions/rollup/lake.ts'
import { threadCpuMs } from './cpu.ts'
import { pythonWith } from './python.ts'

const rounds = 9

export interface DayOfLake {
  bucket: Bucket
  /** Where the bucket is. */
  directory: string
  shard: string
  dayMs: number
}

export async function benchHourColumns({ bucket, directory, shard, dayMs }: DayOfLake): Promise<void> {
  const read = createLakeReader({ bucket, shard })
  const hours: { startMs: number; tables: Record<LakeTable, LakeRows> }[] = []
  const before = threadCpuMs()
  for (let startMs = dayMs; startMs < dayMs + bucketMs['1d']; startMs += bucketMs['1h']) {
    const tables = Object.fromEntries(lakeTables.map((table) => [table, joinRows(table, [])])) as unknown as Record<
      LakeTable,
      LakeRows
    >
    for (const table of lakeTables) tables[table] = (await read(table, startMs)).rows
    hours.push({ startMs, tables })
  }
  const readMs = threadCpuMs() - before
  const snapshots = hours.reduce((sum, { tables }) => sum + tables.samples.rows, 0)
  const times = Array.from({ length: rounds }, () => {
    const start = threadCpuMs()
    for (const { startMs, tables } of hours) columnsOfHour({ shard, startMs, transitions: [], gaps: [] }, tables)
    return threadCpuMs() - start
  }).sort((a, b) => a - b)
  print('columns out of Parquet', snapshots / (readMs / 1_000))
  print('columns into rollups', snapshots / ((times[Math.floor(rounds / 2)] ?? Number.NaN) / 1_000), '  asked: 100,000')
  print('the same by pandas, without sketches', pandas(directory))
}

function pandas(directory: string): number {
  const script = join(import.meta.dirname, 'peers', 'pandas-rollup.py')
  const args = [script, directory, String(rounds)]
  const said = execFileSync(pythonWith('pandas', 'pyarrow'), args, { encoding: 'utf8' })
  return (JSON.parse(said) as { perSecond: number }).perSecond
}

function print(what: string, perSecond: number, beside = ''): void {
  console.log(`  ${what.padEnd(38)} ${Math.round(perSecond).toLocaleString('en').padStart(8)} snapshots/s${beside}`)
}
