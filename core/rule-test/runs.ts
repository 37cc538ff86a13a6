/** A test as runs of evaluate: when each is, and what hosts have sent by then. */
import type { Snapshot } from '../snapshot.ts'
import type { HostSeries, RuleTest } from './file.ts'
import { recordedSnapshot } from './recorded.ts'
import { type MetricValue, snapshotOf } from './snapshot.ts'

export interface TestRun {
  atMs: number
  /** Absent: it is between two steps. */
  step?: number
  sent: readonly { host: string; tags: Readonly<Record<string, string>>; snapshot: Snapshot }[]
}

/** Steps that are further apart have runs between them: evaluate, which runs each minute, would take itself for away. */
const longestPauseMs = 10 * 60_000

/** A run a step, in silence as well. */
export function* runsOf({ startMs, intervalMs, silenceMs, hosts }: RuleTest): Generator<TestRun> {
  const runCount = stepCount(hosts) + Math.ceil(silenceMs / intervalMs)
  for (let step = 0; step < runCount; step++) {
    const atMs = startMs + step * intervalMs
    const at = { atMs, startMs, intervalMs }
    const sent = hosts.flatMap((host) => {
      const snapshot = snapshotAt(host, step, at)
      return snapshot ? [{ host: host.host, tags: host.tags, snapshot }] : []
    })
    yield { atMs, step, sent }
    if (step === runCount - 1) return
    for (let pauseMs = longestPauseMs; pauseMs < intervalMs; pauseMs += longestPauseMs)
      yield { atMs: atMs + pauseMs, sent: [] }
  }
}

export function runCountOf(test: RuleTest): number {
  const pauses = Math.ceil(test.intervalMs / longestPauseMs)
  return pauses * (stepCount(test.hosts) + Math.ceil(test.silenceMs / test.intervalMs))
}

function stepCount(hosts: readonly HostSeries[]): number {
  return Math.max(
    0,
    ...hosts.flatMap(({ series, snapshots = [] }) => [snapshots.length, ...series.map(({ steps }) => steps.length)]),
  )
}

/** A host sends nothing in a step in which it has no value at all, and nothing recorded. */
function snapshotAt(
  { series, snapshots = [] }: HostSeries,
  step: number,
  at: { atMs: number; startMs: number; intervalMs: number },
): Snapshot | undefined {
  const values = series.flatMap(({ metric, entity, steps }): MetricValue[] => {
    const value = steps[step]
    return value === undefined ? [] : [{ metric, entity, value }]
  })
  if (values.length === 0 && step >= snapshots.length) return undefined
  const base = recordedSnapshot(snapshots, step, at)
  return snapshotOf(values, { ...at, ...(base ? { base } : {}) })
}
