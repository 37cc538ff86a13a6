/** A record's values by dotted names: `cpu.percent`, `disks[/var].usedPercent`, `processes.top[node 4711].rssBytes`. Pure. */
import { matchesGlob } from '../../core/glob.ts'

export type Value = string | number | boolean | null

/** What a person calls one of several. */
const titles = ['mount', 'device', 'name', 'check', 'watch']

export function valuesOf(fields: Readonly<Record<string, unknown>>): Map<string, Value> {
  const values = new Map<string, Value>()
  const walk = (value: unknown, name: string) => {
    if (Array.isArray(value)) {
      for (const [index, item] of value.entries()) walk(item, `${name}[${titleOf(item) ?? index}]`)
    } else if (typeof value === 'object' && value !== null) {
      for (const [key, inner] of Object.entries(value)) walk(inner, name === '' ? key : `${name}.${key}`)
    } else if (value !== undefined) {
      values.set(name, value as Value)
    }
  }
  walk(fields, '')
  return values
}

/** Those whose name one of the globs matches, or begins with a whole word of: `cpu` is all of the CPU. */
export function selectValues(values: ReadonlyMap<string, Value>, globs: readonly string[]): Map<string, Value> {
  const isAsked = (name: string) =>
    globs.some((glob) => matchesGlob(glob, name) || name.startsWith(`${glob}.`) || name.startsWith(`${glob}[`))
  return new Map([...values].filter(([name]) => isAsked(name)))
}

function titleOf(item: unknown): string | undefined {
  if (typeof item !== 'object' || item === null) return undefined
  const fields = item as Record<string, unknown>
  const title = titles.map((name) => fields[name]).find((value) => typeof value === 'string')
  if (title === undefined) return undefined
  return typeof fields.pid === 'number' ? `${title} ${fields.pid}` : String(title)
}
