/** Serialised quantile sketch; see the functions of this file for what the numbers mean. */
export interface SketchJson {
  /** Values that are 0 (or too small to tell from it). */
  zeros: number
  /** [bucket index, count], ascending. */
  bins: [index: number, count: number][]
}
