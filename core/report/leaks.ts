/** Processes whose memory grows and grows. */

import { growthOf } from '../trend.ts'
import type { LeakReport, ProcessReport } from './report.ts'

const hourMs = 3_600_000
const mebibyte = 1_048_576
/** What grows less is a cache that fills, or nothing that anybody would look for. */
const leastRiseBytes = 32 * mebibyte
const leastRiseShare = 0.1
/** What is allocated and freed at random drifts as well, and lies less well on a line. */
const leastFit = 0.95

/** Fastest first. Of a name with several processes it is the memory of all of them. */
export function leaks(processes: readonly ProcessReport[], slots: readonly number[]): LeakReport[] {
  return processes
    .flatMap(({ name, rssPoints }): LeakReport[] => {
      const growth = growthOf(slots, rssPoints)
      if (
        !growth ||
        growth.fit < leastFit ||
        growth.rise < Math.max(leastRiseBytes, leastRiseShare * (growth.end - growth.rise))
      )
        return []
      const { perMs, end, rise, fit } = growth
      return [
        {
          name,
          bytesPerHour: perMs * hourMs,
          fromBytes: Math.max(0, end - rise),
          toBytes: end,
          confidencePercent: fit * 100,
        },
      ]
    })
    .sort((a, b) => b.bytesPerHour - a.bytesPerHour)
}
