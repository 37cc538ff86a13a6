/** Results of tests for people: what was expected (`-`, with its place) beside what happened (`+`). */
import { printable } from '../../core/view/html.ts'
import type { FileResult, ResultLine, TestResult } from './run-file.ts'

/** Of a text that is not what was expected. */
const mostShown = 40

export interface TextOptions {
  colour: boolean
}

export function fileText({ file, config, tests }: FileResult, { colour }: TextOptions): string[] {
  const passed = tests.filter((test) => test.passed).length
  return [
    ...tests.flatMap((test) => testText(file, test, { colour })),
    printable(`${passed} of ${tests.length} tests of ${file} passed, by ${config}`),
  ]
}

function testText(file: string, test: TestResult, { colour }: TextOptions): string[] {
  const paint = colour ? colours : plain
  const { name, passed, tookMs } = test
  const took = `(${(tookMs / 1_000).toFixed(1)} s)`
  if (passed) return [`${paint.good('ok    ')}  ${printable(name)} ${paint.faint(took)}`]
  return [`${paint.bad('FAILED')}  ${printable(name)} ${paint.faint(took)}`, ...failureText(file, test, { colour })]
}

/** Why a test has failed. */
export function failureText(file: string, { lines, troubles, waiting }: TestResult, { colour }: TextOptions): string[] {
  const paint = colour ? colours : plain
  return [
    ...troubles.map((trouble) => `  ${paint.bad('!')} ${printable(trouble)}`),
    ...lines.flatMap((line) => {
      const text = `  ${line.sign} ${printable(line.text)}${placeText(file, line)}`
      const painted = line.sign === '-' ? paint.bad(text) : line.sign === '+' ? paint.good(text) : text
      return [painted, ...insteadText(line).map((said) => `      ${paint.faint('|')} ${said}`)]
    }),
    ...waiting.map((one) => paint.faint(`  not told yet: ${printable(one)}`)),
  ]
}

function placeText(file: string, { place }: ResultLine): string {
  return place ? `  (${printable(file)}:${place.line}:${place.column})` : ''
}

function insteadText({ instead }: ResultLine): string[] {
  if (instead === undefined) return []
  const said = printable(instead).trimEnd().split('\n')
  if (said.length <= mostShown) return said
  return [...said.slice(0, mostShown), `… and ${said.length - mostShown} lines more: --json has all of it`]
}

const painted = (code: number) => (text: string) => `\u001b[${code}m${text}\u001b[0m`
const colours = { good: painted(32), bad: painted(31), faint: painted(2) }
const asItIs = (text: string) => text
const plain = { good: asItIs, bad: asItIs, faint: asItIs }
