/** A chart as data: plain JSON, no functions, no classes; so any QuickChart server draws the same. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json }

export interface Chart {
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
