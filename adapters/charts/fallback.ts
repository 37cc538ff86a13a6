import type { Clock } from '../clock/port.ts'
import type { Log } from '../log/port.ts'
import { ChartError, type ChartRenderer } from './port.ts'

/** A report has dozens of charts: a renderer that is away may cost it one wait, not dozens. */
const restMs = 60_000

/**
 * One renderer after another until one draws. One that is away is left alone for a minute; where it is the last, it is
 * asked again each time. What failed is told once a run of failures.
 */
export function createFallbackRenderer({
  renderers,
  clock,
  log,
}: {
  renderers: readonly ChartRenderer[]
  clock: Clock
  log: Log
}): ChartRenderer {
  const failing = new Set<ChartRenderer>()
  const restsUntilMs = new Map<ChartRenderer, number>()
  const isResting = (renderer: ChartRenderer) => clock.monotonicMs() < (restsUntilMs.get(renderer) ?? 0)

  const fail = (renderer: ChartRenderer, { message, concerns }: ChartError) => {
    if (concerns === 'every-chart') restsUntilMs.set(renderer, clock.monotonicMs() + restMs)
    if (!failing.has(renderer)) {
      log.warn('a chart renderer failed; the next one is used', { renderer: renderer.name, reason: message })
    }
    failing.add(renderer)
  }

  return {
    name: renderers.map(({ name }) => name).join(', then '),
    render: async (request, options) => {
      const reasons: string[] = []
      for (const renderer of renderers) {
        if (isResting(renderer) && renderer !== renderers.at(-1)) continue
        try {
          const png = await renderer.render(request, options)
          failing.delete(renderer)
          return png
        } catch (error) {
          if (!(error instanceof ChartError)) throw error
          reasons.push(error.message)
          fail(renderer, error)
        }
      }
      throw new ChartError(reasons.join('; '))
    },
  }
}
