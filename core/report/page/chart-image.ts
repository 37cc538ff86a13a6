import type { ChartView } from './chart-view.ts'

/** One chart, drawn for light and for dark; absent where drawing failed. */
export interface ChartImage {
  title: string
  /** What a reader who can't see it is told. */
  alt: string
  light?: Uint8Array
  dark?: Uint8Array
  /** CSS pixels. */
  width: number
  height: number
  /** The lines in it, for the page's script and for its table; absent: it has no lines over time. */
  view?: ChartView
}

export interface PageCharts {
  /** Of all hosts together. */
  overall: readonly ChartImage[]
  byHost: ReadonlyMap<string, readonly ChartImage[]>
}
