import type { Chart } from '../../core/report/chart.ts'

export type ChartRequest = Chart

export interface ChartRenderer {
  /** For messages: `embedded`, or the QuickChart URL. */
  readonly name: string
  /** PNG bytes; rejects with a `ChartError`. */
  render(request: ChartRequest, options?: { signal?: AbortSignal }): Promise<Uint8Array>
}

export class ChartError extends Error {
  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.name = 'ChartError'
  }
}
