/** Incidents of a time: transitions from the rollups, and from the blocks that are not rolled up yet. */
import { readBlock } from '../../adapters/bucket/block.ts'
import type { Bucket } from '../../adapters/bucket/port.ts'
import { readHistory } from '../../adapters/history/history.ts'
import { openShardLog } from '../../adapters/history/shard-log.ts'
import type { Log } from '../../adapters/log/port.ts'
import type { Transition } from '../../core/alerts/alert.ts'
import type { Severity } from '../../core/alerts/rule.ts'
import type { Shard } from '../../core/keys.ts'
import { alertReports } from '../../core/report/incidents.ts'
import { isWorse } from '../../core/telling/told.ts'
import { inParallel } from '../../functions/rollup/parallel.ts'
import { readProgress } from '../../functions/rollup/progress.ts'

export interface PastIncident {
  incident: string
  host: string
  rule: string
  entity: string
  /** The worst that it was. */
  severity: Severity
  startedAtMs: number
  /** Absent: it was open at the end of the time. */
  endedAtMs?: number
  reason: string
  /** It was learned late, or late data changed it. */
  late?: true
}

export interface HistoryRange {
  fromMs: number
  toMs: number
  hosts?: readonly string[]
}

/** Newest first. Objects that can't be read are told to `log`, and left out. */
export async function readIncidents(
  { bucket, shards, log }: { bucket: Bucket; shards: readonly Shard[]; log: Log },
  { fromMs, toMs, hosts }: HistoryRange,
): Promise<PastIncident[]> {
  // In this order: what is rolled up meanwhile is there twice, and not missing.
  const waiting = await readWaiting({ bucket, shards, log })
  const named = hosts ? { hosts } : {}
  const history = await readHistory({ bucket, shards, fromMs, toMs, resolution: '1h', ...named })
  history.release()
  for (const { key, reason } of history.unreadable) log.warn('left out: it can not be read', { key, reason })
  const wanted = waiting.filter(({ host }) => !hosts || hosts.includes(host))
  const byHost = Map.groupBy(withoutDoubles([...history.transitions, ...wanted]), ({ host }) => host)
  const incidents = [...byHost].flatMap(([host, transitions]) => incidentsOf(host, transitions, { fromMs, toMs }))
  return incidents.sort((a, b) => b.startedAtMs - a.startedAtMs)
}

function incidentsOf(host: string, transitions: Transition[], period: HistoryRange): PastIncident[] {
  const byIncident = Map.groupBy(transitions, ({ incident }) => incident?.id)
  return alertReports({ transitions, open: [], period }).map(
    ({ incident, rule, entity, startedAtMs, endedAtMs, reason }) => {
      const theirs = byIncident.get(incident) ?? []
      const severities = theirs.map(({ severity }) => severity)
      const severity = severities.reduce((worst, one) => (isWorse(one, worst) ? one : worst), 'warning')
      return {
        ...{ incident, host, rule, entity, severity, startedAtMs, reason },
        ...(endedAtMs === undefined ? {} : { endedAtMs }),
        ...(theirs.some(({ late }) => late) ? { late: true as const } : {}),
      }
    },
  )
}

function withoutDoubles(transitions: readonly Transition[]): Transition[] {
  const nameOf = ({ host, rule, entity, from, to, atMs, decidedAtMs, incident }: Transition) =>
    JSON.stringify([host, rule, entity, from, to, atMs, decidedAtMs, incident?.id])
  const unique = new Map(transitions.map((one) => [nameOf(one), one]))
  return [...unique.values()].sort((a, b) => a.decidedAtMs - b.decidedAtMs || a.atMs - b.atMs)
}

const readsAtOnce = 16

/** Of blocks that rollup has not taken yet. */
async function readWaiting(deps: { bucket: Bucket; shards: readonly Shard[]; log: Log }): Promise<Transition[]> {
  const { bucket, shards, log } = deps
  const transitions: Transition[] = []
  for (const shard of shards) {
    const { n } = await readProgress(bucket, shard, log)
    const { blocks = [] } = (await openShardLog(bucket, shard)) ?? {}
    const waiting = blocks.filter(({ name }) => name.n > n)
    await inParallel(waiting, readsAtOnce, async (listed) => {
      const { block } = await readBlock(bucket, listed)
      transitions.push(...block.rows.filter((row) => row.kind === 'transition'))
    })
  }
  return transitions
}
