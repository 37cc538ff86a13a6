/** How late what evaluate sees is: what lies in the inbox, and when anything last came. */
import type { ListedObject } from '../../adapters/bucket/port.ts'
import type { Figures } from '../../adapters/figures/port.ts'
import type { Shard } from '../../core/keys.ts'
import type { ShardState } from '../../core/shard/state.ts'

/** By the store's clock, which need not be ours: an age is never less than none. */
export function tellInbox(
  figures: Figures,
  { shard, objects, nowMs }: { shard: Shard; objects: readonly ListedObject[]; nowMs: number },
): void {
  const oldestMs = objects.reduce((oldest, { modifiedAtMs = nowMs }) => Math.min(oldest, modifiedAtMs), nowMs)
  figures.gauge('InboxWaiting', shard, objects.length)
  figures.gauge('InboxOldestAge', shard, ageSeconds(oldestMs, nowMs))
}

/** Of whom more is awaited: an agent that said goodbye is none. */
export function tellDataAge(figures: Figures, { shard, hosts }: ShardState, nowMs: number): void {
  const arrivals = Object.values(hosts).filter(({ stoppedAtMs }) => stoppedAtMs === undefined)
  if (arrivals.length === 0) return
  const latestMs = arrivals.reduce((latest, { lastArrivalMs }) => Math.max(latest, lastArrivalMs), 0)
  figures.gauge('AgentDataAge', shard, ageSeconds(latestMs, nowMs))
}

function ageSeconds(sinceMs: number, nowMs: number): number {
  return Math.max(0, (nowMs - sinceMs) / 1_000)
}
