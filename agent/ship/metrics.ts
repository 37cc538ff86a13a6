/**
 * Snapshots as metrics, sent beside the batches. A convenience, not the record: what can't be sent waits in memory, within
 * bounds, and is lost with the process. Nothing here delays or fails what collects, spools and ships.
 */
import type { Clock } from '../../adapters/clock/port.ts'
import type { Log } from '../../adapters/log/port.ts'
import type { MetricPoint, MetricSink } from '../../adapters/metrics/port.ts'
import { cloudWatchCost, costText } from '../../core/cloudwatch-cost.ts'
import { type HostMetricKind, hostMetrics } from '../../core/host-metrics.ts'
import type { Snapshot } from '../../core/snapshot.ts'
import { createWaitingPoints } from './waiting-points.ts'

export interface MetricShipperOptions {
  host: string
  kinds: readonly HostMetricKind[]
  /** What one value stands for: values of one such span are sent together. */
  resolutionSeconds: 1 | 60
  sink: MetricSink
  clock: Clock
  log: Log
}

export interface MetricShipper {
  name: string
  observe(seen: { snapshot: Snapshot }): void
  /** Sends until `stop`, and then what is left. `deadline` ends what is being sent. Never rejects. */
  run(signals: { stop: AbortSignal; deadline: AbortSignal }): Promise<void>
}

/** CloudWatch keeps a minute's values together; more calls than that cost more, and show nothing more. */
const minuteMs = 60_000
/** Alarms of high resolution look this often. */
const highResolutionSendMs = 10_000

export function createMetricShipper(options: MetricShipperOptions): MetricShipper {
  const { host, kinds, resolutionSeconds, sink, clock, log } = options
  const waiting = createWaitingPoints()
  const sendEveryMs = resolutionSeconds === 1 ? highResolutionSendMs : minuteMs
  const price = createPriceTeller({ callsPerMinute: minuteMs / sendEveryMs, sink, log })
  const first = new AbortController()
  let failures = 0
  let lostValues = 0

  const pointsOf = (snapshot: Snapshot): MetricPoint[] => {
    const spanMs = resolutionSeconds * 1_000
    const startMs = Math.floor(snapshot.observedAtMs / spanMs) * spanMs
    return hostMetrics(host, snapshot, kinds).map(({ value, ...metric }) => {
      return { ...metric, startMs, resolutionSeconds, values: [value] }
    })
  }
  const tell = (failure: string | undefined) => {
    if (failure === undefined) {
      if (failures > 0) log.info('metrics are taken again', { sink: sink.destination, failures, lostValues })
      failures = 0
      lostValues = 0
      return
    }
    failures += 1
    if (failures === 1) log.warn('metrics are not taken', { sink: sink.destination, reason: failure })
  }
  const send = async (signal: AbortSignal) => {
    const points = signal.aborted ? [] : waiting.take()
    if (points.length === 0) return
    const outcome = await sink.send(points, { signal })
    lostValues += outcome.lostValues + waiting.putBack(outcome.unsent)
    tell(outcome.failure)
  }

  return {
    name: 'the metrics',
    observe: ({ snapshot }) => {
      const points = pointsOf(snapshot)
      // Before the first of them is sent.
      price.seen(points)
      lostValues += waiting.add(points)
      first.abort()
    },
    run: async ({ stop, deadline }) => {
      // The first goes out at once: whoever sets this up wants to see it work.
      await clock.sleep(minuteMs, AbortSignal.any([stop, first.signal]))
      while (!stop.aborted) {
        await send(deadline)
        // Who is throttled or away is not asked more often than once a minute.
        await clock.sleep(failures > 0 ? minuteMs : sendEveryMs, stop)
      }
      await send(deadline)
    },
  }
}

/** Told anew when a host has this many times the series that it had. */
const growthTold = 1.5
/** More are not remembered one by one: the price was told long before. */
const maxSeries = 20_000

function createPriceTeller({ callsPerMinute, sink, log }: { callsPerMinute: number; sink: MetricSink; log: Log }) {
  const series = new Set<string>()
  let toldSeries = 0
  return {
    seen: (points: readonly MetricPoint[]) => {
      for (const { name, dimensions } of points) {
        if (series.size < maxSeries) series.add(JSON.stringify([name, dimensions]))
      }
      if (series.size === 0 || (toldSeries > 0 && series.size < toldSeries * growthTold)) return
      toldSeries = series.size
      const price = costText(series.size, cloudWatchCost({ series: series.size, callsPerMinute }))
      log.info('metrics have a price', { sink: sink.destination, price })
    },
  }
}
