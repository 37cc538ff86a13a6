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
  const known: number[] = []
  for (let index = 0; index < slots.length; index++) if (typeof values[index] === 'number') known.push(index)
  if (known.length < fewestPoints || known.length < slots.length * leastShare) return undefined
  const line = (from: number, to: number) => lineThrough(slots, values as readonly number[], known, from, to)
  const whole = line(0, known.length)
  if (!(whole.perMs > 0 && whole.fit >= leastFit)) return undefined
  const middle = Math.floor(known.length / 2)
  const halves = [line(0, middle).perMs, line(middle, known.length).perMs]
  const [slower, faster] = [Math.min(...halves), Math.max(...halves)]
  if (!(slower > 0 && faster <= mostUneven * slower)) return undefined
  const first = slots[known[0] ?? 0] ?? 0
  const last = slots[known.at(-1) ?? 0] ?? 0
  return {
    perMs: whole.perMs,
    slowerPerMs: Math.min(slower, whole.perMs),
    fasterPerMs: Math.max(faster, whole.perMs),
    end: whole.at(last),
    fit: whole.fit,
    rise: whole.perMs * (last - first),
  }
}

/** Through the points that `known` names from `from` up to before `to`. */
function lineThrough(
  slots: readonly number[],
  values: readonly number[],
  known: readonly number[],
  from: number,
  to: number,
) {
  const count = to - from
  let meanMs = 0
  let mean = 0
  for (let index = from; index < to; index++) {
    meanMs += (slots[known[index] as number] as number) / count
    mean += (values[known[index] as number] as number) / count
  }
  let together = 0
  let ofTime = 0
  let ofValue = 0
  for (let index = from; index < to; index++) {
    const time = (slots[known[index] as number] as number) - meanMs
    const value = (values[known[index] as number] as number) - mean
    together += time * value
    ofTime += time ** 2
    ofValue += value ** 2
  }
  const perMs = ofTime === 0 ? 0 : together / ofTime
  const fit = ofTime === 0 || ofValue === 0 ? 0 : together ** 2 / (ofTime * ofValue)
  return { perMs, fit, at: (atMs: number) => mean + perMs * (atMs - meanMs) }
}
