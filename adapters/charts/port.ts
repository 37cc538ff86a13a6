/**
 * Charts are Chart.js 4 configurations in plain JSON: no functions, no classes; so any QuickChart server draws the same.
 */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json }

export interface ChartRequest {
  /** A Chart.js 4 configuration. */
  chart: { [key: string]: Json }
  /** CSS pixels. */
  width: number
  height: number
  /** PNG pixels are CSS pixels times this. */
  devicePixelRatio: number
  /** Any CSS colour. */
  backgroundColor: string
}

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
