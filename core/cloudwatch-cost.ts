/** What the metrics of agents in CloudWatch cost a month, by the prices of core/cost/prices.ts, without the free tier. */
import { dollarsFor, usEast1 } from './cost/prices.ts'

/** Up to so many metrics of an account; later ones cost less. https://aws.amazon.com/cloudwatch/pricing/ */
const tiers = [
  { upTo: 10_000, dollars: usEast1.customMetrics.dollars },
  { upTo: 250_000, dollars: 0.1 },
  { upTo: 1_000_000, dollars: 0.05 },
  { upTo: Number.POSITIVE_INFINITY, dollars: 0.02 },
] as const

const minutesInMonth = 730 * 60

export interface MonthlyCost {
  metricsDollars: number
  callsDollars: number
}

/** `series`: combinations of name and dimensions, prorated by the hour in which they had a value. */
export function cloudWatchCost({ series, callsPerMinute }: { series: number; callsPerMinute: number }): MonthlyCost {
  let metricsDollars = 0
  let counted = 0
  for (const { upTo, dollars } of tiers) {
    const inTier = Math.min(series, upTo) - counted
    if (inTier <= 0) break
    metricsDollars += inTier * dollars
    counted += inTier
  }
  return { metricsDollars, callsDollars: dollarsFor(usEast1, 'metricCalls', callsPerMinute * minutesInMonth) }
}

/** `$2.25 a month: 7 metrics $2.10, calls $0.44`… with two digits. */
export function costText(series: number, { metricsDollars, callsDollars }: MonthlyCost): string {
  const dollars = (value: number) => `$${value.toFixed(2)}`
  const total = dollars(metricsDollars + callsDollars)
  return `${total} a month (${series} metrics ${dollars(metricsDollars)}, calls ${dollars(callsDollars)})`
}
