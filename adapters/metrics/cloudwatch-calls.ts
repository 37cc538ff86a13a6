/**
 * Points as calls of PutMetricData: what CloudWatch would refuse is left out, and each call is as large as it may be.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html
 */
import type { MetricDatum } from '@aws-sdk/client-cloudwatch'
import type { MetricPoint } from './port.ts'

export const cloudWatchLimits = {
  metricsPerCall: 1_000,
  /** Before compression, and a little less than the 1 MB that a call may have: the envelope is not counted. */
  bytesPerCall: 950_000,
  valuesPerMetric: 150,
  /** Either way. */
  largestValue: 2 ** 360,
  oldestMs: 14 * 86_400_000,
  newestMs: 2 * 3_600_000,
  dimensionLength: 1_024,
} as const

export interface Call {
  data: MetricDatum[]
  /** The same, one point a datum. */
  points: MetricPoint[]
}

export function callsFor(
  points: readonly MetricPoint[],
  nowMs: number,
): { calls: Call[]; refusedValues: number; reason?: string } {
  const inTime = points.filter(({ startMs }) => isInTime(startMs, nowMs))
  const valid = inTime.map(withValidValues).filter(({ values }) => values.length > 0)
  const refusedValues = countValues(points) - countValues(valid)
  const reason =
    inTime.length < points.length
      ? "they are older than two weeks or more than two hours ahead: is this machine's clock right?"
      : 'they are no numbers that it takes'
  return { calls: pack(valid.flatMap(split)), refusedValues, ...(refusedValues > 0 ? { reason } : {}) }
}

export function countValues(points: readonly MetricPoint[]): number {
  return points.reduce((count, { values }) => count + values.length, 0)
}

function isInTime(atMs: number, nowMs: number): boolean {
  return atMs >= nowMs - cloudWatchLimits.oldestMs && atMs <= nowMs + cloudWatchLimits.newestMs
}

function withValidValues(point: MetricPoint): MetricPoint {
  const { largestValue } = cloudWatchLimits
  return { ...point, values: point.values.filter((value) => Math.abs(value) <= largestValue) }
}

/** At most so many values in each as one datum takes. */
function split(point: MetricPoint): MetricPoint[] {
  const { valuesPerMetric: size } = cloudWatchLimits
  const parts = Math.ceil(point.values.length / size)
  return Array.from({ length: parts }, (_, part) => ({
    ...point,
    values: point.values.slice(part * size, (part + 1) * size),
  }))
}

function pack(points: readonly MetricPoint[]): Call[] {
  const calls: Call[] = []
  let bytes = 0
  for (const point of points) {
    const datum = datumOf(point)
    const datumBytes = JSON.stringify(datum).length + 1
    let call = calls.at(-1)
    const isFull =
      call &&
      (call.data.length >= cloudWatchLimits.metricsPerCall || bytes + datumBytes > cloudWatchLimits.bytesPerCall)
    if (!call || isFull) {
      call = { data: [], points: [] }
      calls.push(call)
      bytes = 0
    }
    call.data.push(datum)
    call.points.push(point)
    bytes += datumBytes
  }
  return calls
}

/** Values with their counts, not sums: percentiles need them. */
function datumOf({ name, unit, dimensions, startMs, resolutionSeconds, values }: MetricPoint): MetricDatum {
  const counts = new Map<number, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return {
    MetricName: name,
    Dimensions: Object.entries(dimensions).map(([key, value]) => ({ Name: key, Value: dimensionValue(value) })),
    Timestamp: new Date(startMs),
    StorageResolution: resolutionSeconds,
    Unit: unit,
    Values: [...counts.keys()],
    Counts: [...counts.values()],
  }
}

/**
 * Printable ASCII is all that CloudWatch takes, and not blanks alone. Everything else, and `%`, is percent-encoded: two names
 * stay two.
 */
function dimensionValue(text: string): string {
  const encoded = Array.from(Buffer.from(text, 'utf8'), (byte, index) => {
    const isPlain = byte > 0x1f && byte < 0x7f && byte !== percentSign && !(byte === blank && index === 0)
    return isPlain ? String.fromCharCode(byte) : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
  }).join('')
  return encoded.slice(0, cloudWatchLimits.dimensionLength)
}

const percentSign = 0x25
const blank = 0x20
