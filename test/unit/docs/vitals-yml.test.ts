/** Each field that vitals.yml may have stands in an example of the pages that explain it; other tests read and run those. */
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { parse } from 'yaml'

interface Schema {
  $ref?: string
  properties?: Record<string, Schema>
  items?: Schema
  anyOf?: Schema[]
  oneOf?: Schema[]
}

const read = (name: string) => readFileSync(new URL(`../../../docs/${name}`, import.meta.url), 'utf8')
const { $defs, ...schema } = JSON.parse(read('vitals.schema.json')) as Schema & { $defs: Record<string, Schema> }

/** `rules.flap.times`; an item of a list is at the place of its list. */
function fieldsOf({ $ref, properties = {}, items, anyOf = [], oneOf = [] }: Schema, at = ''): string[] {
  const defined = $ref === undefined ? undefined : $defs[$ref.split('/').at(-1) ?? '']
  return [
    ...Object.entries(properties).flatMap(([name, field]) => [`${at}${name}`, ...fieldsOf(field, `${at}${name}.`)]),
    ...[defined, items, ...anyOf, ...oneOf].flatMap((part) => (part ? fieldsOf(part, at) : [])),
  ]
}

function placesIn(value: unknown, at = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => placesIn(item, at))
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, inner]) => [`${at}${name}`, ...placesIn(inner, `${at}${name}.`)])
}

it('explains each field of vitals.yml with an example', () => {
  const text = read('alerting.md') + read('reports.md')
  const examples = [...text.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, block = '']) => parse(block) as object)
  const shown = new Set(examples.filter((one) => !('tests' in one)).flatMap((one) => placesIn(one)))
  // What an override sets are the fields of rules.
  const fields = new Set(fieldsOf(schema).filter((field) => !field.startsWith('overrides.set.')))
  expect(fields.size).toBeGreaterThan(70)
  expect([...fields].filter((field) => !shown.has(field))).toEqual([])
})
