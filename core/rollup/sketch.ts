/**
 * Quantile sketch: counts in buckets whose bounds grow by a fixed factor, after DDSketch (Masson, Rim, Lee, VLDB 2019,
 * https://arxiv.org/abs/1908.10693). Bucket i holds the values in (gamma^(i-1), gamma^i]; a quantile is off by at most
 * `relativeError` of its own value. Merging adds counts, so the order of values and merges leaves no trace.
 *
 * For values from 0 up: percentages, rates, sizes, counts. What is below `smallest` counts as 0.
 */

/**
 * As it is stored: bucket and count by turns, ascending by bucket. Values that are 0 (or too small to tell from it) are counted
 * in `zeroBucket`, which comes first.
 */
export type StoredSketch = readonly number[]

/** Buckets fit into 16 bits: what is above 1e280 counts as that. */
const lastBucket = 32_767
export const zeroBucket = -32_768

/** Of a quantile, against the exact one. */
export const relativeError = 0.01

const gamma = (1 + relativeError) / (1 - relativeError)
const logGamma = Math.log(gamma)
const smallest = 1e-9

/** Counts by bucket, to add to; `storeSketch` gives what is stored. */
export interface Sketch {
  zeros: number
  counts: Map<number, number>
}

export function emptySketch(): Sketch {
  return { zeros: 0, counts: new Map() }
}

/** In which `value` is counted. One below 0 or not finite is a broken promise, and throws. */
export function sketchBucket(value: number): number {
  if (!(value >= 0 && value < Number.POSITIVE_INFINITY)) {
    throw new RangeError(`sketch: ${value}: expected a finite number from 0 up`)
  }
  return value < smallest ? zeroBucket : Math.min(lastBucket, Math.ceil(Math.log(value) / logGamma))
}

export function storeSketch({ zeros, counts }: Sketch): StoredSketch {
  const stored: number[] = zeros === 0 ? [] : [zeroBucket, zeros]
  for (const [index, count] of [...counts].sort(([a], [b]) => a - b)) stored.push(index, count)
  return stored
}

/** Changes `sketch`: what `stored` counted is counted in it too. */
export function addSketch(sketch: Sketch, stored: StoredSketch): void {
  for (let at = 0; at < stored.length; at += 2) {
    const index = stored[at] as number
    const count = stored[at + 1] as number
    if (index === zeroBucket) sketch.zeros += count
    else sketch.counts.set(index, (sketch.counts.get(index) ?? 0) + count)
  }
}

/** Sums up many stored sketches, of one series after another: a report has millions of counts to add. */
export interface SketchSum {
  /** Bucket `buckets[at]` was counted `counts[at]` times, for each `at` in [from, to). */
  add(buckets: Int16Array, counts: Uint8Array, from: number, to: number): void
  /**
   * The value below which `fraction` (0 to 1) of all values lie: of n ascending values the one at floor(fraction * (n - 1)).
   * `undefined`: there are none.
   */
  quantile(fraction: number): number | undefined
  clear(): void
}

export function createSketchSum(): SketchSum {
  const sums = new Float64Array(lastBucket - zeroBucket + 1)
  let total = 0
  let first = sums.length
  let last = -1
  return {
    add(buckets, counts, from, to) {
      for (let at = from; at < to; at++) {
        const index = (buckets[at] as number) - zeroBucket
        const count = counts[at] as number
        sums[index] = (sums[index] as number) + count
        total += count
        if (index < first) first = index
        if (index > last) last = index
      }
    },
    quantile(fraction) {
      const rank = Math.floor(fraction * (total - 1))
      let passed = 0
      for (let index = first; index <= last; index++) {
        passed += sums[index] as number
        if (rank < passed) return index === 0 ? 0 : middle(index + zeroBucket)
      }
      return undefined
    },
    clear() {
      if (last >= first) sums.fill(0, first, last + 1)
      total = 0
      first = sums.length
      last = -1
    },
  }
}

/** The value that is off by the same share from both bounds of the bucket. */
function middle(index: number): number {
  return (2 * gamma ** index) / (gamma + 1)
}
