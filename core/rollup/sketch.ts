/**
 * Quantile sketch: counts in buckets whose bounds grow by a fixed factor, after DDSketch (Masson, Rim, Lee, VLDB 2019,
 * https://arxiv.org/abs/1908.10693). Bucket i holds the values in (gamma^(i-1), gamma^i]; a quantile is off by at most
 * `relativeError` of its own value. Merging adds counts, so the order of values and merges leaves no trace.
 *
 * For values from 0 up: percentages, rates, sizes, counts. What is below `smallest` counts as 0.
 */

/**
 * As it is stored: words `z<count>` for values that are 0 (or too small to tell from it), then `<bucket>` or
 * `<bucket>:<count>`, ascending. A text, since a report reads a million of them and looks into few: arrays of arrays took
 * most of its time and memory.
 */
export type StoredSketch = string

export const nothingCounted: StoredSketch = ''

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

export function storeSketch({ zeros, counts }: Sketch): StoredSketch {
  const bins = [...counts]
    .sort(([a], [b]) => a - b)
    .map(([index, count]) => (count === 1 ? index : `${index}:${count}`))
  return (zeros === 0 ? bins : [`z${zeros}`, ...bins]).join(' ')
}

/** Changes `sketch`: what `stored` counted is counted in it too. */
export function addSketch(sketch: Sketch, stored: StoredSketch): void {
  const { zeros, bins } = read(stored)
  sketch.zeros += zeros
  for (const [index, count] of bins) sketch.counts.set(index, (sketch.counts.get(index) ?? 0) + count)
}

/**
 * The value below which `fraction` (0 to 1) of all values lie: of n ascending values the one at floor(fraction * (n - 1)).
 * `undefined`: there are none.
 */
export function quantile(stored: StoredSketch, fraction: number): number | undefined {
  const { zeros, bins } = read(stored)
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

const space = 32
const minus = 45
const colon = 58
const letterZ = 122

/** Throws at what is none of ours. By characters: reports read millions of these, and a split takes four times as long. */
function read(stored: StoredSketch): { zeros: number; bins: [index: number, count: number][] } {
  let zeros = 0
  const bins: [number, number][] = []
  let at = 0
  const number = () => {
    const start = at
    let value = 0
    for (let digit = stored.charCodeAt(at) - 48; digit >= 0 && digit <= 9; digit = stored.charCodeAt(++at) - 48)
      value = value * 10 + digit
    if (at === start) throw unreadable(stored, start)
    return value
  }
  while (at < stored.length) {
    if (at > 0 && stored.charCodeAt(at++) !== space) throw unreadable(stored, at - 1)
    const first = stored.charCodeAt(at)
    if (first === letterZ || first === minus) at += 1
    const value = number()
    if (first === letterZ) {
      zeros += value
      continue
    }
    let count = 1
    if (stored.charCodeAt(at) === colon) {
      at += 1
      count = number()
    }
    bins.push([first === minus ? -value : value, count])
  }
  return { zeros, bins }
}

function unreadable(stored: StoredSketch, at: number): Error {
  return new Error(
    `sketch: character ${at} of ${stored.slice(0, 60)}: expected z<count>, <bucket> or <bucket>:<count>, with a space between`,
  )
}

/** The value that is off by the same share from both bounds of the bucket. */
function middle(index: number): number {
  return (2 * gamma ** index) / (gamma + 1)
}
