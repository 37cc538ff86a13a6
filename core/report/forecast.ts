/** When disks will be full, if they go on as they did in the period. */

import { growthOf } from '../trend.ts'
import type { ForecastReport, MetricReport } from './report.ts'

const dayMs = 86_400_000
/** In percentage points: what grew less may as well be noise. */
const leastRise = 0.5
/** Nobody acts on what is further away, and no line holds for so long. */
const furthestMs = 90 * dayMs
/** A line that was watched for a day says nothing of the next months. */
const furthestByLength = 30

/** Soonest first. */
export function forecasts(
  metrics: readonly MetricReport[],
  slots: readonly number[],
  period: { fromMs: number; toMs: number },
): ForecastReport[] {
  const horizonMs = Math.min(furthestMs, furthestByLength * (period.toMs - period.fromMs))
  return metrics
    .flatMap(({ metric, entity, last, points }): ForecastReport[] => {
      if (metric !== 'disk.percent') return []
      const growth = growthOf(slots, points)
      const room = 100 - last
      if (!growth || growth.rise < leastRise || room <= 0 || room / growth.perMs > horizonMs) return []
      const after = (perMs: number) => Math.round(period.toMs + room / perMs)
      return [
        {
          mount: entity,
          usedPercent: last,
          percentPerDay: growth.perMs * dayMs,
          fullAtMs: after(growth.perMs),
          earliestMs: after(growth.fasterPerMs),
          latestMs: after(growth.slowerPerMs),
        },
      ]
    })
    .sort((a, b) => a.fullAtMs - b.fullAtMs)
}
