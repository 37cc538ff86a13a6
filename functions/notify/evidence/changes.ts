/** What changed on a host in the hours before a notice, as far as rollups and its last snapshot tell. Pure. */
import type { Notice } from '../../../core/notice.ts'
import { changeLine } from '../../../core/report/change-words.ts'
import { changeReports } from '../../../core/report/changes.ts'
import type { ChangeReport } from '../../../core/report/report.ts'
import type { HostHistory } from '../../../core/rollup/host-history.ts'
import type { Snapshot } from '../../../core/snapshot.ts'
import { formatSince } from '../../../core/view/format.ts'
import { shownPeriod } from './series.ts'

export interface KnownChanges {
  history?: HostHistory
  /** The hours before those, to tell what is new. */
  before?: HostHistory
  /** The newest snapshot: younger than all rollups. */
  latest?: Snapshot
}

const mostLines = 8

/** Newest first: `12:58 nginx: started`. */
export function changeLines(notice: Notice, known: KnownChanges, timeZone: string): string[] {
  const { fromMs, toMs } = shownPeriod(notice)
  const told = known.history ? changeReports(known.history, known.before ?? nothing, { fromMs, toMs }) : []
  const young = startsOf(known.latest, { fromMs, toMs }).filter(
    ({ what, subject }) => !told.some((one) => one.subject === subject && isStart(one.what) === isStart(what)),
  )
  return [...told, ...young]
    .sort((a, b) => b.lastMs - a.lastMs)
    .slice(0, mostLines)
    .map((change) => `${formatSince(change.lastMs, notice.atMs, timeZone)} ${changeLine(change)}`)
}

const nothing: HostHistory = { buckets: [], series: new Map(), processes: new Map() }

/** Processes that began in that time and are among the largest or busiest now, and the host itself. */
function startsOf(latest: Snapshot | undefined, { fromMs, toMs }: { fromMs: number; toMs: number }): ChangeReport[] {
  if (!latest) return []
  const { observedAtMs, sinceBootMs, processes } = latest
  const start = (what: ChangeReport['what'], atMs: number, subject?: string): ChangeReport[] =>
    atMs < fromMs || atMs >= toMs
      ? []
      : [{ what, count: 1, firstMs: atMs, lastMs: atMs, ...(subject === undefined ? {} : { subject }) }]
  const bootedAtMs = sinceBootMs === undefined ? undefined : observedAtMs - sinceBootMs
  if (bootedAtMs !== undefined && bootedAtMs >= fromMs) return start('boot', bootedAtMs)
  const byName = Map.groupBy(
    processes.top.filter(({ startedAtMs }) => startedAtMs !== undefined),
    ({ name }) => name,
  )
  return [...byName].flatMap(([name, all]) => {
    // Workers come and go; the oldest of a name tells when it began.
    const oldestMs = Math.min(...all.map(({ startedAtMs = toMs }) => startedAtMs))
    return start('process-started', oldestMs, name)
  })
}

function isStart(what: ChangeReport['what']): boolean {
  return ['process-started', 'process-restarted', 'process-new', 'boot'].includes(what)
}
