/**
 * What metrics in CloudWatch cost a month, in US dollars: us-east-1, as of 2026-11, without the free tier.
 * https://aws.amazon.com/cloudwatch/pricing/
 */
export const cloudWatchPrices = {
  asOf: '2026-11',
  /** Up to so many metrics of an account; later ones cost less. */
  perMetric: [
    { upTo: 10_000, dollars: 0.3 },
    { upTo: 250_000, dollars: 0.1 },
    { upTo: 1_000_000, dollars: 0.05 },
    { upTo: Number.POSITIVE_INFINITY, dollars: 0.02 },
  ],
  perThousandCalls: 0.01,
} as const

const minutesInMonth = 730 * 60

export interface MonthlyCost {
  metricsDollars: number
  callsDollars: number
}

/** `series`: combinations of name and dimensions, prorated by the hour in which they had a value. */
export function cloudWatchCost({ series, callsPerMinute }: { series: number; callsPerMinute: number }): MonthlyCost {
  let metricsDollars = 0
  let counted = 0
  for (const { upTo, dollars } of cloudWatchPrices.perMetric) {
    const inTier = Math.min(series, upTo) - counted
    if (inTier <= 0) break
    metricsDollars += inTier * dollars
    counted += inTier
  }
  return { metricsDollars, callsDollars: (callsPerMinute * minutesInMonth * cloudWatchPrices.perThousandCalls) / 1_000 }
}

/** `$2.25 a month: 7 metrics $2.10, calls $0.44`… with two digits. */
export function costText(series: number, { metricsDollars, callsDollars }: MonthlyCost): string {
  const dollars = (value: number) => `$${value.toFixed(2)}`
  const total = dollars(metricsDollars + callsDollars)
  return `${total} a month (${series} metrics ${dollars(metricsDollars)}, calls ${dollars(callsDollars)})`
}
