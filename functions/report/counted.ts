import type { Figures } from '../../adapters/figures/port.ts'
import type { Log } from '../../adapters/log/port.ts'
import type { PublishedReport } from './handler.ts'

/** The same, told: each report that is made, and how many were not. */
export function counted<Event>(
  make: (event: Event) => Promise<PublishedReport>,
  { figures, log }: { figures: Figures; log: Log },
): (event: Event) => Promise<PublishedReport> {
  return async (event) => {
    try {
      const published = await make(event)
      const { id, page, mailed, repeated } = published
      if (repeated) return published
      figures.count('ReportsMade', 1)
      log.info('report made', { id, page, mailed: mailed?.where })
      return published
    } catch (error) {
      figures.count('ReportsFailed', 1)
      throw error
    }
  }
}
