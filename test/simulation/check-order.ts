/** Late, twice, out of order or over a wrong clock: what alerts come to is what the same samples come to in their order. */
import type { AlertState } from '../../core/alerts/alert.ts'
import { advanceShard } from '../../core/shard/advance.ts'
import type { Block, SampleRow } from '../../core/shard/block.ts'
import { emptyState, type HostState, type ShardState } from '../../core/shard/state.ts'
import { makeBatch, makeInput, makeSettings } from '../make.ts'
import { rules } from './fleet.ts'
import { shard } from './functions.ts'
import { expectEqual } from './log.ts'

const { latenessMs } = makeSettings()

export function alertsAreThoseOfTheSamplesInOrder(blocks: readonly Block[], { hosts }: ShardState): void {
  const forgotten = new Set(
    blocks.flatMap(({ rows }) => rows.flatMap((row) => (row.kind === 'forgotten' ? [row.host] : []))),
  )
  for (const [name, host] of Object.entries(hosts)) {
    const samples = timelySamples(blocks, name)
    if (!samples || forgotten.has(name)) continue
    expectEqual(`alerts of ${name}`, comesTo(host), comesTo(inOrder(name, samples)))
  }
}

/** Undefined: one came too late to have a say, or two machines of one name say something else of the same moment. */
function timelySamples(blocks: readonly Block[], name: string): SampleRow[] | undefined {
  const taken = new Map<number, SampleRow>()
  let headMs = 0
  for (const { rows } of blocks) {
    const samples = rows.filter((row) => row.kind === 'sample').filter(({ host }) => host === name)
    for (const sample of samples) {
      if (sample.atMs <= headMs - latenessMs || taken.has(sample.atMs)) return undefined
      taken.set(sample.atMs, sample)
    }
    headMs = Math.max(headMs, ...samples.map(({ atMs }) => atMs))
  }
  return [...taken.values()].sort((a, b) => a.atMs - b.atMs)
}

/** Each by itself, by a clock that says when it was taken. */
function inOrder(host: string, samples: readonly SampleRow[]): HostState | undefined {
  let state = emptyState(shard)
  for (const [index, { atMs, snapshot }] of samples.entries()) {
    const { sinceBootMs: _, bootId, ...record } = { ...snapshot, observedAtMs: atMs }
    const inputs = [makeInput(makeBatch({ host, seq: index + 1, records: [record] }))]
    state = advanceShard({ before: state, inputs, rules, nowMs: atMs, sawWholeInbox: true }).state
  }
  return state.hosts[host]
}

/** An incident that was told keeps its id, though late samples moved its beginning. */
function comesTo(host: HostState | undefined): unknown {
  const { alerts = {}, series = {} } = host?.timeline?.head ?? {}
  const withoutIds = (alert: AlertState) =>
    'incident' in alert ? { ...alert, incident: alert.incident?.startedAtMs } : alert
  return {
    alerts: byKey(Object.entries(alerts).map(([key, alert]) => [key, withoutIds(alert)])),
    series: byKey(Object.entries(series)),
  }
}

function byKey<T>(entries: [string, T][]): [string, T][] {
  return entries.sort(([a], [b]) => (a < b ? -1 : 1))
}
