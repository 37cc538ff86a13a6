/** Points not sent yet, by time and series; when there are too many, the oldest go. */
import type { MetricPoint } from '../../adapters/metrics/port.ts'

/** A day of a host with two mounts, one snapshot a minute and the small set of names. */
export const maxWaitingValues = 10_000

export interface WaitingPoints {
  take(): MetricPoint[]
  /** Gives the number of values that had to go. */
  add(points: readonly MetricPoint[]): number
  /** They are older than whatever came since. Gives the number of values that had to go. */
  putBack(unsent: readonly MetricPoint[]): number
}

export function createWaitingPoints(): WaitingPoints {
  let points = new Map<string, MetricPoint>()
  let count = 0

  const merge = (point: MetricPoint) => {
    const key = JSON.stringify([point.startMs, point.name, point.dimensions])
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
    add: (added) => {
      for (const point of added) merge(point)
      return dropOldest()
    },
    putBack: (unsent) => {
      for (const point of [...unsent, ...take()]) merge(point)
      return dropOldest()
    },
  }
}
