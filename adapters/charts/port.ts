import type { Chart } from '../../core/report/chart.ts'

export type ChartRequest = Chart

export interface ChartRenderer {
  /** For messages: `embedded`, or the QuickChart URL. */
  readonly name: string
  /** PNG bytes; rejects with a `ChartError`. */
  render(request: ChartRequest, options?: { signal?: AbortSignal }): Promise<Uint8Array>
}

export class ChartError extends Error {
  /** What can't be drawn: this chart, or any, since the renderer is away. */
  readonly concerns: 'this-chart' | 'every-chart'

  constructor(message: string, { cause, concerns = 'this-chart' }: ChartErrorOptions = {}) {
    super(message, { cause })
    this.name = 'ChartError'
    this.concerns = concerns
  }
}

export interface ChartErrorOptions {
  cause?: unknown
  concerns?: ChartError['concerns']
}
