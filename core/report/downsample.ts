/**
 * Fewer points of the same line: largest triangle three buckets, which keeps what the eye sees, with its extremes and gaps
 * kept for certain. https://skemman.is/handle/1946/15343
 */

/** With fewer, a line of two points, its extremes and a gap would not fit. */
export const fewestPoints = 8

/**
 * Indexes of at most `most` points (8 at least), ascending. Kept: the first and last, a smallest and a largest, and the longest
 * gaps, each as one `null`, as many as take up half of the points.
 */
export function downsample(points: readonly (number | null)[], most: number): number[] {
  if (!(most >= fewestPoints)) throw new Error(`downsample to ${most} points: expected ${fewestPoints} at least`)
  if (points.length <= most) return points.map((_, index) => index)
  const fixed = new Set([0, points.length - 1, ...extremes(points), ...gapMarks(points, Math.floor(most / 8))])
  const chosen = [...fixed].sort((a, b) => a - b)
  const spare = most - chosen.length
  // Each stretch between fixed points gets buckets by its length; rounding down never gives more than there are.
  const inner = chosen.slice(1).map((to, index) => to - (chosen[index] ?? 0) - 1)
  const all = inner.reduce((sum, length) => sum + length, 0)
  const kept: number[] = []
  for (const [index, from] of chosen.entries()) {
    kept.push(from)
    const length = inner[index] ?? 0
    const buckets = all === 0 ? 0 : Math.floor((spare * length) / all)
    kept.push(...largestTriangles(points, { from, length, buckets }))
  }
  return kept
}

function extremes(points: readonly (number | null)[]): number[] {
  let least: number | undefined
  let largest: number | undefined
  for (let index = 0; index < points.length; index++) {
    const point = points[index] ?? null
    if (point === null) continue
    if (least === undefined || point < (points[least] ?? 0)) least = index
    if (largest === undefined || point > (points[largest] ?? 0)) largest = index
  }
  return [least, largest].filter((index) => index !== undefined)
}

/** The points at both sides of a gap, and one `null` of it: as long as it was, and a gap. */
function gapMarks(points: readonly (number | null)[], most: number): number[] {
  const gaps: { from: number; to: number }[] = []
  for (let at = 0; at < points.length; at++) {
    if (points[at] !== null) continue
    const from = at
    while (at + 1 < points.length && points[at + 1] === null) at++
    gaps.push({ from, to: at })
  }
  const longest = gaps.toSorted((a, b) => b.to - b.from - (a.to - a.from)).slice(0, Math.max(1, most))
  return longest.flatMap(({ from, to }) => [from - 1, from, to + 1]).filter((at) => at >= 0 && at < points.length)
}

interface Stretch {
  /** The fixed point before it. */
  from: number
  /** Points between it and the next fixed one. */
  length: number
  buckets: number
}

/** One point of each bucket: the one that makes the largest triangle with the last one kept and the next bucket's mean. */
function largestTriangles(points: readonly (number | null)[], { from, length, buckets }: Stretch): number[] {
  const kept: number[] = []
  let last = from
  const bucketStart = (bucket: number) => from + 1 + Math.floor((bucket * length) / buckets)
  for (let bucket = 0; bucket < buckets; bucket++) {
    const [start, end] = [bucketStart(bucket), bucketStart(bucket + 1)]
    const afterwards = Math.max(end + 1, bucket + 1 < buckets ? bucketStart(bucket + 2) : end + 1)
    const [meanAt, mean] = meanOf(points, end, Math.min(points.length, afterwards))
    let best: number | undefined
    let area = -1
    for (let at = start; at < end; at++) {
      const point = points[at] ?? null
      if (point === null) continue
      const before = points[last] ?? mean ?? point
      const triangle = Math.abs((last - meanAt) * (point - before) - (last - at) * ((mean ?? before) - before))
      if (triangle <= area) continue
      area = triangle
      best = at
    }
    // A bucket without any value is a part of a gap: it stays one.
    last = best ?? start
    if (start < end) kept.push(last)
  }
  return kept
}

function meanOf(points: readonly (number | null)[], from: number, to: number): [at: number, mean: number | undefined] {
  let sum = 0
  let count = 0
  for (let at = from; at < to; at++) {
    const point = points[at] ?? null
    if (point === null) continue
    sum += point
    count += 1
  }
  return [(from + to - 1) / 2, count === 0 ? undefined : sum / count]
}
