/** Buckets as reports read them: out of columns. */
import { addHistory, type HostHistory } from '../core/rollup/host-history.ts'
import { bucketMs, type HostBucket, type RollupObject } from '../core/rollup/rollup.ts'
import { columnsOfRollup } from '../core/rollup/to-columns.ts'

/** All in one object, whose time begins in 1970. */
export function historiesOf(
  hosts: ReadonlyMap<string, HostBucket[]>,
  resolution: RollupObject['resolution'] = '5m',
): Map<string, HostHistory> {
  const histories = new Map<string, HostHistory>()
  const rollup = { resolution, shard: 'all', startMs: 0, hosts: Object.fromEntries(hosts), transitions: [], gaps: [] }
  addHistory(histories, columnsOfRollup(rollup), { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER })
  return histories
}

/** Of each bucket that has the series. */
export function rowsOf(
  history: HostHistory | undefined,
  key: string,
): { startMs: number; count: number; sum: number }[] {
  return (history?.series.get(key) ?? []).flatMap(({ columns, from, to }) =>
    Array.from({ length: to - from }, (_, index) => ({
      startMs: columns.startMs + (columns.rowAt[from + index] ?? 0) * bucketMs[columns.resolution],
      count: columns.rowCount[from + index] ?? 0,
      sum: columns.rowSum[from + index] ?? 0,
    })),
  )
}
