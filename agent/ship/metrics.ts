/**
 * Snapshots as metrics, sent once a minute beside the batches. A convenience, not the record: what can't be sent waits in
 * memory, within bounds, and is lost with the process. Nothing here delays or fails what collects, spools and ships.
 */
import type { Clock } from '../../adapters/clock/port.ts'
import type { Log } from '../../adapters/log/port.ts'
import type { MetricPoint, MetricSink } from '../../adapters/metrics/port.ts'
import { hostMetrics } from '../../core/host-metrics.ts'
import type { Snapshot } from '../../core/snapshot.ts'

export interface MetricShipperOptions {
  host: string
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
/** A day of a host with two mounts, one snapshot a minute. */
export const maxWaitingValues = 10_000

export function createMetricShipper({ host, sink, clock, log }: MetricShipperOptions): MetricShipper {
  const waiting = createWaiting()
  const first = new AbortController()
  let failures = 0
  let lostValues = 0

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
      lostValues += waiting.add(host, snapshot)
      first.abort()
    },
    run: async ({ stop, deadline }) => {
      // The first goes out at once: whoever sets this up wants to see it work.
      await clock.sleep(minuteMs, AbortSignal.any([stop, first.signal]))
      while (!stop.aborted) {
        await send(deadline)
        await clock.sleep(minuteMs, stop)
      }
      await send(deadline)
    },
  }
}

/** Points not sent yet, by minute and series; when there are too many, the oldest go. */
function createWaiting() {
  let points = new Map<string, MetricPoint>()
  let count = 0

  const merge = (point: MetricPoint) => {
    const key = JSON.stringify([point.minuteMs, point.name, point.dimensions])
    const known = points.get(key)
    if (known) known.values.push(...point.values)
    else points.set(key, { ...point, values: [...point.values] })
    count += point.values.length
  }
  const dropOldest = (): number => {
    let dropped = 0
    for (const [key, { values }] of points) {
      if (count - dropped <= maxWaitingValues) break
      points.delete(key)
      dropped += values.length
    }
    count -= dropped
    return dropped
  }
  const take = (): MetricPoint[] => {
    const taken = [...points.values()]
    points = new Map()
    count = 0
    return taken
  }

  return {
    take,
    /** Gives the number of values that had to go. */
    add: (host: string, snapshot: Snapshot): number => {
      const startMs = Math.floor(snapshot.observedAtMs / minuteMs) * minuteMs
      for (const { value, ...metric } of hostMetrics(host, snapshot))
        merge({ ...metric, minuteMs: startMs, values: [value] })
      return dropOldest()
    },
    /** They are older than whatever came since. Gives the number of values that had to go. */
    putBack: (unsent: readonly MetricPoint[]): number => {
      for (const point of [...unsent, ...take()]) merge(point)
      return dropOldest()
    },
  }
}
