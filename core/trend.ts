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

const fewestPoints = 12
/** Points stand for most of the time. */
const leastShare = 0.5
const leastFit = 0.8
/** How much faster one half may be than the other. */
const mostUneven = 4

/** `undefined`: there is too little of it, or it does not grow steadily. */
export function growthOf(slots: readonly number[], values: readonly (number | null)[]): Trend | undefined {
  const known = countOf(values)
  if (known < fewestPoints || known < slots.length * leastShare) return undefined
  const whole = lineThrough(slots, values, 0, known)
  if (!(whole.perMs > 0 && whole.fit >= leastFit)) return undefined
  const middle = Math.floor(known / 2)
  const halves = [lineThrough(slots, values, 0, middle).perMs, lineThrough(slots, values, middle, known).perMs]
  const [slower, faster] = [Math.min(...halves), Math.max(...halves)]
  if (!(slower > 0 && faster <= mostUneven * slower)) return undefined
  const first = slots[values.findIndex(isKnown)] ?? 0
  const last = slots[values.findLastIndex(isKnown)] ?? 0
  return {
    perMs: whole.perMs,
    slowerPerMs: Math.min(slower, whole.perMs),
    fasterPerMs: Math.max(faster, whole.perMs),
    end: whole.mean + whole.perMs * (last - whole.meanMs),
    fit: whole.fit,
    rise: whole.perMs * (last - first),
  }
}

const isKnown = (value: number | null) => value !== null

function countOf(values: readonly (number | null)[]): number {
  let count = 0
  for (let index = 0; index < values.length; index++) if (values[index] !== null) count += 1
  return count
}

/** Through the known ones of the values, counted from the `from`-th up to before the `to`-th. */
function lineThrough(slots: readonly number[], values: readonly (number | null)[], from: number, to: number) {
  const count = to - from
  let begin = 0
  for (let passed = 0; passed < from || values[begin] === null; begin++) if (values[begin] !== null) passed += 1
  let meanMs = 0
  let mean = 0
  for (let index = begin, left = count; left > 0; index++) {
    const value = values[index] as number | null
    if (value === null) continue
    left -= 1
    meanMs += (slots[index] as number) / count
    mean += value / count
  }
  let together = 0
  let ofTime = 0
  let ofValue = 0
  for (let index = begin, left = count; left > 0; index++) {
    const known = values[index] as number | null
    if (known === null) continue
    left -= 1
    const time = (slots[index] as number) - meanMs
    const value = known - mean
    together += time * value
    ofTime += time * time
    ofValue += value * value
  }
  const perMs = ofTime === 0 ? 0 : together / ofTime
  const fit = ofTime === 0 || ofValue === 0 ? 0 : together ** 2 / (ofTime * ofValue)
  // No closure: it would make an object of each sum above.
  return { perMs, fit, meanMs, mean }
}
