/** Values of a series in short: `40x5 91x10`, `0+10x6`, `_x3`; one a step. */

/** Undefined: the snapshot of that step has no such value. */
export type Step = number | undefined

/** What a test may have: a week of minutes. */
export const mostSteps = 10_080

export const seriesWords =
  'values such as "40x5 91x10" (five times 40, ten times 91), "0+10x6" (0, 10, … 50), "_x3" (three without), or a list of numbers and _'

const token = /^(?:(_)|(-?\d{1,15}(?:\.\d{1,9})?)(?:([+-]\d{1,15}(?:\.\d{1,9})?))?)(?:x(\d{1,5}))?$/

/** Undefined: it is none, or too long. */
export function parseSeries(given: string | readonly (number | '_')[]): Step[] | undefined {
  if (typeof given !== 'string') return given.length > mostSteps ? undefined : given.map(stepOf)
  const steps: Step[] = []
  for (const word of given.trim().split(/\s+/)) {
    const found = token.exec(word)
    if (!found) return undefined
    const [, gap, first, more = '0', count = '1'] = found
    if (steps.length + Number(count) > mostSteps) return undefined
    for (let index = 0; index < Number(count); index++) {
      steps.push(gap ? undefined : decimal(Number(first) + index * Number(more)))
    }
  }
  return steps
}

function stepOf(value: number | '_'): Step {
  return value === '_' ? undefined : value
}

/** 0.1 + 2 × 0.1 is 0.3 to whoever wrote it. */
function decimal(value: number): number {
  return Number(value.toPrecision(12))
}
