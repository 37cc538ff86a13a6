/**
 * Whether a series grows steadily, and how fast: a line by least squares, and one through each half of the time. What only
 * jumped, or went up and down, has halves that disagree.
 */

export interface Trend {
  /** Of the line through all points. */
  perMs: number
  /** Of the lines through either half: the slower and the faster. */
  slowerPerMs: number
  fasterPerMs: number
  /** Where the line ends. */
  end: number
  /** Share of the points' variance that the line explains, 0 to 1. */
  fit: number
  /** From the line's beginning to its end. */
  rise: number
}

interface Point {
  atMs: number
  value: number
}

const fewestPoints = 12
/** Points stand for most of the time. */
const leastShare = 0.5
const leastFit = 0.8
/** How much faster one half may be than the other. */
const mostUneven = 4

/** `undefined`: there is too little of it, or it does not grow steadily. */
export function growthOf(slots: readonly number[], values: readonly (number | null)[]): Trend | undefined {
  const points = slots.flatMap((atMs, index): Point[] => {
    const value = values[index]
    return value === null || value === undefined ? [] : [{ atMs, value }]
  })
  if (points.length < fewestPoints || points.length < slots.length * leastShare) return undefined
  const whole = lineThrough(points)
  const middle = Math.floor(points.length / 2)
  const halves = [lineThrough(points.slice(0, middle)).perMs, lineThrough(points.slice(middle)).perMs]
  const [slower, faster] = [Math.min(...halves), Math.max(...halves)]
  if (!(whole.perMs > 0 && slower > 0 && faster <= mostUneven * slower && whole.fit >= leastFit)) return undefined
  const first = points[0]?.atMs ?? 0
  const last = points.at(-1)?.atMs ?? 0
  return {
    perMs: whole.perMs,
    slowerPerMs: Math.min(slower, whole.perMs),
    fasterPerMs: Math.max(faster, whole.perMs),
    end: whole.at(last),
    fit: whole.fit,
    rise: whole.perMs * (last - first),
  }
}

function lineThrough(points: readonly Point[]) {
  const count = points.length
  const meanMs = points.reduce((sum, { atMs }) => sum + atMs, 0) / count
  const mean = points.reduce((sum, { value }) => sum + value, 0) / count
  let together = 0
  let ofTime = 0
  let ofValue = 0
  for (const { atMs, value } of points) {
    together += (atMs - meanMs) * (value - mean)
    ofTime += (atMs - meanMs) ** 2
    ofValue += (value - mean) ** 2
  }
  const perMs = ofTime === 0 ? 0 : together / ofTime
  const fit = ofTime === 0 || ofValue === 0 ? 0 : together ** 2 / (ofTime * ofValue)
  return { perMs, fit, at: (atMs: number) => mean + perMs * (atMs - meanMs) }
}
