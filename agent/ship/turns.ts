/**
 * With which snapshot a mean over a window turns bad, or well again: by that one evaluate decides, so it is sent at once
 * instead of with the next batch. The clock of the host will do: nobody is told by this.
 */
import type { ThresholdRule } from '../../core/alerts/rule.ts'
import { ruleMetricById } from '../../core/alerts/rule-metrics.ts'
import { addToWindow, aggregate, isCovered, type Window } from '../../core/alerts/window.ts'
import { type SeriesKey, seriesKey } from '../../core/metrics.ts'
import type { Snapshot } from '../../core/snapshot.ts'

export interface Turns {
  /** True: something has turned with this snapshot. Each has to be looked at, in order. */
  look(snapshot: Snapshot): boolean
}

interface Series {
  window: Window
  isBad: boolean
}

export function createTurns(rules: readonly ThresholdRule[]): Turns {
  const windowed = rules.filter(({ windowMs }) => windowMs > 0)
  let known = new Map<SeriesKey, Series>()
  return {
    look: (snapshot) => {
      const next = new Map<SeriesKey, Series>()
      let hasTurned = false
      for (const rule of windowed) {
        for (const [entity, value] of ruleMetricById(rule.metric).read(snapshot)) {
          const key = seriesKey(rule.id, entity)
          const before = known.get(key) ?? { window: [], isBad: false }
          const isBad = turn(before, rule, { value, snapshot })
          hasTurned ||= isBad !== before.isBad
          next.set(key, { ...before, isBad })
        }
      }
      known = next
      return hasTurned
    },
  }
}

function turn(
  { window, isBad }: Series,
  { windowMs, agg, threshold, clear }: ThresholdRule,
  { value, snapshot: { observedAtMs: atMs, intervalMs } }: { value: number; snapshot: Snapshot },
): boolean {
  addToWindow(window, { atMs, value, windowMs, agg })
  const mean = aggregate(window, { atMs, value, agg }) ?? value
  if (isBad) return mean > clear
  return mean > threshold && isCovered(window, { atMs, windowMs, intervalMs })
}
