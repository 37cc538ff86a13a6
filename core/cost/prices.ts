/**
 * What AWS charges in us-east-1, in US dollars, without free tiers. This table is the one home of a price: whatever tells of money reads
 * it. AWS's pages fill their figures in by script, so that these were read elsewhere: `from` says where, `asOf` when that was written.
 */
export interface Price {
  dollars: number
  /** So many of `unit`. */
  per: number
  unit: string
  /** AWS's own page, for the region that is yours. */
  page: string
  from: string
  /** Year, and month where it is known. */
  asOf: string
}

const services = {
  s3: { page: 'https://aws.amazon.com/s3/pricing/', from: 'usage.ai', asOf: '2026-06' },
  lambda: {
    page: 'https://aws.amazon.com/lambda/pricing/',
    from: 'cloudchipr.com/blog/aws-lambda-pricing',
    asOf: '2024',
  },
  cloudWatch: {
    page: 'https://aws.amazon.com/cloudwatch/pricing/',
    from: 'factualminds.com/blog/amazon-cloudwatch-pricing-metrics-logs-alarms-dashboards',
    asOf: '2026-06',
  },
  eventBridge: {
    page: 'https://aws.amazon.com/eventbridge/pricing/',
    from: 'cloudburn.io/blog/amazon-eventbridge-pricing',
    asOf: '2026-03',
  },
  sns: {
    page: 'https://aws.amazon.com/sns/pricing/',
    from: 'factualminds.com/blog/amazon-sns-pricing-publishes-fanout-protocols',
    asOf: '2026',
  },
  secrets: {
    page: 'https://aws.amazon.com/secrets-manager/pricing/',
    from: 'hivebook.wiki/wiki/aws-secrets-manager-rotated-secrets-dynamic-db-credentials-kms',
    asOf: '2026',
  },
  kms: { page: 'https://aws.amazon.com/kms/pricing/', from: 'cloudburn.io/blog/aws-kms-pricing', asOf: '2026-03' },
  ses: { page: 'https://aws.amazon.com/ses/pricing/', from: 'acecloudinterviews.com/tutorials/aws/ses', asOf: '2026' },
} as const

const million = 1_000_000

export const usEast1 = {
  s3Write: price('s3', 0.005, 1_000, 'PUT, COPY, POST or LIST requests'),
  s3Read: price('s3', 0.0004, 1_000, 'GET and other requests'),
  /** Also by rules of the bucket. */
  s3Delete: price('s3', 0, 1_000, 'DELETE requests'),
  /** S3 Standard, the first 50 TB; more costs a little less. */
  s3Storage: price('s3', 0.023, 1, 'GiB and month'),
  lambdaRequests: price('lambda', 0.2, million, 'requests'),
  lambdaArm64: price('lambda', 0.0000133334, 1, 'GB-second on arm64'),
  lambdaX86: price('lambda', 0.0000166667, 1, 'GB-second on x86_64'),
  alarmMetrics: price('cloudWatch', 0.1, 1, 'metric that an alarm looks at, a month'),
  dashboards: price('cloudWatch', 3, 1, 'dashboard and month'),
  /** The first 10,000 of an account. */
  customMetrics: price('cloudWatch', 0.3, 1, 'metric and month'),
  metricCalls: price('cloudWatch', 0.01, 1_000, 'PutMetricData requests'),
  logsTaken: price('cloudWatch', 0.5, 1, 'GB of logs taken in'),
  logsKept: price('cloudWatch', 0.03, 1, 'GB of logs and month'),
  /** Rules of EventBridge that are schedules cost nothing. */
  schedulerRuns: price('eventBridge', 1, million, 'invocations by EventBridge Scheduler'),
  topicPublishes: price('sns', 0.5, million, 'messages published'),
  topicMails: price('sns', 2, 100_000, 'mails by SNS'),
  secrets: price('secrets', 0.4, 1, 'secret and month'),
  keys: price('kms', 1, 1, 'key and month'),
  keyCalls: price('kms', 0.03, 10_000, 'requests'),
  mails: price('ses', 0.1, 1_000, 'mails'),
  mailData: price('ses', 0.12, 1, 'GB of mails'),
} as const satisfies Record<string, Price>

export type PriceName = keyof typeof usEast1
export type Prices = Readonly<Record<PriceName, Price>>

/** What so many units of something cost. */
export function dollarsFor(prices: Prices, name: PriceName, units: number): number {
  const { dollars, per } = prices[name]
  return (units / per) * dollars
}

/** With other dollars for the same units: those of another region, or of a contract. Throws with the name and what was expected. */
export function withPrices(given: unknown): Prices {
  const expected = `expected { "s3Write": 0.0054, … }, dollars for the units of docs/cost.md`
  if (typeof given !== 'object' || given === null) throw new Error(`prices: ${JSON.stringify(given)}: ${expected}`)
  const changed: Record<string, Price> = { ...usEast1 }
  for (const [name, dollars] of Object.entries(given)) {
    const known = Object.hasOwn(usEast1, name) ? changed[name] : undefined
    if (!known)
      throw new Error(`prices: ${name}: there is no such price; there are: ${Object.keys(usEast1).join(', ')}`)
    if (typeof dollars !== 'number' || !(dollars >= 0)) {
      throw new Error(`prices: ${name}: ${JSON.stringify(dollars)}: expected dollars for ${known.per} ${known.unit}`)
    }
    changed[name] = { ...known, dollars, from: 'given' }
  }
  return changed as unknown as Prices
}

function price(service: keyof typeof services, dollars: number, per: number, unit: string): Price {
  return { dollars, per, unit, ...services[service] }
}
