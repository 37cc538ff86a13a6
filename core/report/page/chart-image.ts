import type { Html } from '../../view/html.ts'
import type { ChartView } from './chart-view.ts'

/** One chart: a drawing that takes the page's colours, or pictures for light and for dark. */
export interface ChartImage {
  title: string
  /** What a reader who can't see it is told. */
  alt: string
  /** Absent: there are pictures, unless drawing failed. */
  drawing?: Html
  pictures?: {
    light?: Uint8Array
    dark?: Uint8Array
    /** CSS pixels. */
    width: number
    height: number
  }
  /** The lines in it, for the page's script and for its table; absent: it has no lines over time. */
  view?: ChartView
}

export interface PageCharts {
  /** Of all hosts together. */
  overall: readonly ChartImage[]
  byHost: ReadonlyMap<string, readonly ChartImage[]>
}
