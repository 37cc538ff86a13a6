/**
 * Quantile sketch: counts in buckets whose bounds grow by a fixed factor, after DDSketch (Masson, Rim, Lee, VLDB 2019,
 * https://arxiv.org/abs/1908.10693). Bucket i holds the values in (gamma^(i-1), gamma^i]; a quantile is off by at most
 * `relativeError` of its own value. Merging adds counts, so the order of values and merges leaves no trace.
 *
 * For values from 0 up: percentages, rates, sizes, counts. What is below `smallest` counts as 0.
 */

/** Serialised quantile sketch. */
export interface SketchJson {
  /** Values that are 0 (or too small to tell from it). */
  zeros: number
  /** [bucket index, count], ascending. */
  bins: [index: number, count: number][]
}

/** Of a quantile, against the exact one. */
export const relativeError = 0.01

const gamma = (1 + relativeError) / (1 - relativeError)
const logGamma = Math.log(gamma)
const smallest = 1e-9

/** Counts by bucket, to add to; `toJson` gives what is stored. */
export interface Sketch {
  zeros: number
  counts: Map<number, number>
}

export function emptySketch(): Sketch {
  return { zeros: 0, counts: new Map() }
}

/** Changes `sketch`. A value below 0 or not finite is a broken promise, and throws. */
export function addToSketch(sketch: Sketch, value: number): void {
  if (!(value >= 0 && value < Number.POSITIVE_INFINITY)) {
    throw new RangeError(`sketch: ${value}: expected a finite number from 0 up`)
  }
  if (value < smallest) {
    sketch.zeros += 1
    return
  }
  const index = Math.ceil(Math.log(value) / logGamma)
  sketch.counts.set(index, (sketch.counts.get(index) ?? 0) + 1)
}

export function toJson({ zeros, counts }: Sketch): SketchJson {
  return { zeros, bins: [...counts].sort(([a], [b]) => a - b) }
}

/** Changes `sketch`: what `stored` counted is counted in it too. */
export function addSketch(sketch: Sketch, stored: SketchJson): void {
  sketch.zeros += stored.zeros
  for (const [index, count] of stored.bins) sketch.counts.set(index, (sketch.counts.get(index) ?? 0) + count)
}

/**
 * The value below which `fraction` (0 to 1) of all values lie: of n ascending values the one at floor(fraction * (n - 1)).
 * `undefined`: there are none.
 */
export function quantile({ zeros, bins }: SketchJson, fraction: number): number | undefined {
  const total = bins.reduce((sum, [, count]) => sum + count, zeros)
  if (total === 0) return undefined
  const rank = Math.floor(fraction * (total - 1))
  let passed = zeros
  if (rank < passed) return 0
  for (const [index, count] of bins) {
    passed += count
    if (rank < passed) return middle(index)
  }
  return undefined
}

/** The value that is off by the same share from both bounds of the bucket. */
function middle(index: number): number {
  return (2 * gamma ** index) / (gamma + 1)
}
