/** What is wrong with a vitals.yml: place, value, and what was expected. */
import type * as v from 'valibot'

/** Keys and positions from the top: `['rules', 2, 'threshold']`. */
export type Path = readonly (string | number)[]

export interface ConfigProblem {
  path: Path
  /** What stands there, if it is short and no secret. */
  value?: string
  expected: string
}

/** Never shown: addresses of webhooks are secrets, too. */
const secretKeys: readonly unknown[] = ['secret', 'url']
const longestValue = 80

/** `given`: all that the file says; shown is what stands there, not what became of it. */
export function problemOf(issue: v.BaseIssue<unknown>, given: unknown): ConfigProblem {
  return problemAt(
    given,
    (issue.path ?? []).map(({ key }) => key as string | number),
    expectedOf(issue),
  )
}

export function problemAt(given: unknown, path: Path, expected: string): ConfigProblem {
  const value = shownValue(path, path.reduce(fieldOf, given))
  return { path, ...(value === undefined ? {} : { value }), expected: expected.replace(/^expected /, '') }
}

/** Of what may be anything. */
export function fieldOf(value: unknown, key: string | number): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
  return (value as Readonly<Record<string | number, unknown>>)[key]
}

function shownValue(path: Path, value: unknown): string | undefined {
  if (secretKeys.includes(path.at(-1))) return undefined
  const isShort = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' || value === null
  if (!isShort) return undefined
  const text = JSON.stringify(value)
  return text.length <= longestValue ? text : `${text.slice(0, longestValue)}…`
}

/** Messages of our own begin with the word; of the others valibot tells what it wanted. */
function expectedOf({ message, expected }: v.BaseIssue<unknown>): string {
  if (message.startsWith('expected ')) return message
  return expected === null ? message : expected.replaceAll('"', '')
}

/** `rules[2].threshold` */
export function printPath(path: Path): string {
  const text = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${part}`)).join('')
  return text.replace(/^\./, '') || 'the file'
}
