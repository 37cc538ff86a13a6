/** What changed on a host in the period: told by evaluate and the agent, and seen in the processes. */

import { mergeChanges } from '../rollup/changes.ts'
import type { HostHistory } from '../rollup/host-history.ts'
import { processChanges } from './process-changes.ts'
import type { ChangeReport } from './report.ts'

/** Newest first. What the agent told of a watched process is exact, and goes before what was seen of its name. */
export function changeReports(
  history: HostHistory,
  before: HostHistory,
  { fromMs, toMs }: { fromMs: number; toMs: number },
): ChangeReport[] {
  const told: ChangeReport[] = mergeChanges(history.buckets.flatMap(({ changes = [] }) => changes))
  const watched = new Set(told.filter(({ what }) => what.startsWith('process-')).map(({ subject }) => subject))
  const seen = processChanges(history, before).filter(({ subject }) => !watched.has(subject))
  // The first and the last bucket may reach beyond the period.
  return [...told, ...seen]
    .filter(({ firstMs, lastMs }) => lastMs >= fromMs && firstMs < toMs)
    .sort((a, b) => b.lastMs - a.lastMs)
}
