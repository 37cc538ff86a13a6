/** The findings for people: a line each with a sign, remedies below, the summary last; no line wider than the terminal. */
import { oneLine } from '../../core/view/line.ts'
import type { Result } from './check.ts'
import type { Outcome } from './remedies.ts'
import type { Section } from './run-checks.ts'

export interface TextOptions {
  columns: number
  colour: boolean
}

const signs: Record<Outcome, { sign: string; colour: string }> = {
  ok: { sign: '✓', colour: '32' },
  warning: { sign: '!', colour: '33' },
  problem: { sign: '✗', colour: '31' },
  unknown: { sign: '?', colour: '36' },
}

const nameWidth = 24

export function doctorText(sections: readonly Section[], options: TextOptions): string {
  const blocks = sections.map(({ title, results }) => [
    paint(title, '1', options),
    ...results.flatMap((result) => lines(result, options)),
  ])
  return [...blocks.flatMap((block) => [...block, '']), summary(sections, options)].join('\n')
}

export function count(sections: readonly Section[], outcome: Outcome): number {
  return sections.flatMap(({ results }) => results).filter((result) => result.outcome === outcome).length
}

function summary(sections: readonly Section[], options: TextOptions): string {
  const say = (number: number, noun: string) => `${number} ${noun}${number === 1 ? '' : 's'}`
  const [problems, warnings, unknown] = (['problem', 'warning', 'unknown'] as const).map((one) => count(sections, one))
  if (!problems && !warnings && !unknown) return paint('All is well.', signs.ok.colour, options)
  const parts = [
    problems
      ? paint(`${say(problems, 'problem')} to be put right`, signs.problem.colour, options)
      : 'nothing must be done',
    ...(warnings ? [say(warnings, 'warning')] : []),
    ...(unknown ? [`${unknown} not known`] : []),
  ]
  return `${parts.join(', ')}. docs/doctor.md tells more of each.`
}

function lines({ name, outcome, found, remedy }: Result, options: TextOptions): string[] {
  const { sign, colour } = signs[outcome]
  const head = `  ${paint(sign, colour, options)} `
  const label = oneLine(name)
  const indent = 4 + nameWidth + 1
  const [first = '', ...rest] = wrap(oneLine(found), options.columns - indent)
  const start =
    label.length > nameWidth
      ? [`${head}${label}`, `${' '.repeat(indent)}${first}`]
      : [`${head}${label.padEnd(nameWidth)} ${first}`]
  const told = [...start, ...rest.map((line) => `${' '.repeat(indent)}${line}`)]
  if (remedy === undefined) return told
  const [todo = '', ...more] = wrap(oneLine(remedy), options.columns - 8)
  return [...told, `      ${paint('→', colour, options)} ${todo}`, ...more.map((line) => `        ${line}`)]
}

/** At spaces; what has none, a path or a URL, is left whole, so that it can be copied. */
function wrap(text: string, width: number): string[] {
  const wrapped: string[] = []
  for (const word of text.split(' ')) {
    const last = wrapped.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= width) wrapped[wrapped.length - 1] = `${last} ${word}`
    else wrapped.push(word)
  }
  return wrapped
}

function paint(text: string, code: string, { colour }: TextOptions): string {
  return colour ? `\u001b[${code}m${text}\u001b[0m` : text
}
