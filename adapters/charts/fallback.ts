import type { Log } from '../log/port.ts'
import { ChartError, type ChartRenderer } from './port.ts'

/** One renderer after another until one draws. What failed is told once a run of failures. */
export function createFallbackRenderer(renderers: readonly ChartRenderer[], log: Log): ChartRenderer {
  const failing = new Set<string>()
  return {
    name: renderers.map(({ name }) => name).join(', then '),
    render: async (request, options) => {
      const reasons: string[] = []
      for (const renderer of renderers) {
        try {
          const png = await renderer.render(request, options)
          failing.delete(renderer.name)
          return png
        } catch (error) {
          if (!(error instanceof ChartError)) throw error
          reasons.push(error.message)
          if (!failing.has(renderer.name))
            log.warn('a chart renderer failed; the next one is used', {
              renderer: renderer.name,
              reason: error.message,
            })
          failing.add(renderer.name)
        }
      }
      throw new ChartError(reasons.join('; '))
    },
  }
}
