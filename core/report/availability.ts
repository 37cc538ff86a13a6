/** How much of the period a host was up. */
import type { AlertReport, Availability } from './report.ts'

/** The rule that says so; see `defaultRules`. */
const downRule = 'host-down'

/**
 * A host was down while a host-down alert of it was open. Other gaps are told apart: data that is missing is no outage, an
 * agent that was stopped on purpose neither. Of a host that is new only the time since its first snapshot counts; who went
 * down before that snapshot came is not new. `undefined`: it has no time that counts.
 */
export function availabilityOf({
  alerts,
  knownBefore,
  firstMs,
  period,
  nowMs,
}: {
  alerts: readonly AlertReport[]
  /** It sent something in the time before the period. */
  knownBefore: boolean
  /** Its first snapshot in the period; absent: there is none. */
  firstMs?: number
  period: { fromMs: number; toMs: number }
  nowMs: number
}): Availability | undefined {
  const downs = alerts.filter(({ rule }) => rule === downRule)
  const isNew = !knownBefore && !downs.some(({ startedAtMs }) => startedAtMs < (firstMs ?? period.toMs))
  if (isNew && firstMs === undefined) return undefined
  const fromMs = isNew ? Math.max(period.fromMs, firstMs ?? period.fromMs) : period.fromMs
  const toMs = Math.min(period.toMs, nowMs)
  if (toMs <= fromMs) return undefined
  const outages = downs
    .map(({ startedAtMs, endedAtMs }) => Math.min(toMs, endedAtMs ?? toMs) - Math.max(fromMs, startedAtMs))
    .filter((lengthMs) => lengthMs > 0)
  const downMs = Math.min(
    toMs - fromMs,
    outages.reduce((sum, lengthMs) => sum + lengthMs, 0),
  )
  return { percent: 100 - (100 * downMs) / (toMs - fromMs), downMs, outages: outages.length }
}
