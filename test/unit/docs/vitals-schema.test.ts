import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { aggregations, missingPolicies, ops } from '../../../core/alerts/rule.ts'
import { ruleMetrics } from '../../../core/alerts/rule-metrics.ts'
import { parseConfig } from '../../../core/config/config.ts'
import { printDuration } from '../../../core/config/duration.ts'
import { fieldEntries } from '../../../core/config/rule-fields.ts'
import { badConfigs, goodConfigs } from '../../config-examples.ts'
import { makeSettings } from '../../make.ts'

const schema = JSON.parse(readFileSync(new URL('../../../docs/vitals.schema.json', import.meta.url), 'utf8'))
const validate = new Ajv2020({ strict: true, strictRequired: false, strictTypes: false, allErrors: true }).compile(
  schema,
)

function errorsIn(value: unknown): unknown[] {
  validate(value)
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`)
}

const isTaken = (value: unknown) => parseConfig(value, makeSettings()).ok

describe('the schema of vitals.yml', () => {
  it.each(goodConfigs)('takes what is read: %s', (text) => {
    expect(errorsIn(parse(text))).toEqual([])
  })

  it.each(badConfigs.filter(([, , , beyond]) => !beyond))('refuses what is refused: %j', (text) => {
    expect(errorsIn(parse(text))).not.toEqual([])
  })

  it.each(badConfigs.filter(([, , , beyond]) => beyond))(
    'takes what only the whole file, or a table, can tell: %j',
    (text) => {
      expect(errorsIn(parse(text))).toEqual([])
    },
  )

  it('knows each metric, with its unit', () => {
    const described = schema.$defs.metric.oneOf.map((one: { const: string; description: string }) => [
      one.const,
      one.description,
    ])
    expect(described).toEqual(
      ruleMetrics.map(({ id, title, unit, ...rest }) => [
        id,
        `${title}, ${unit}${'per' in rest && rest.per ? `, of each ${rest.per}` : ''}`,
      ]),
    )
  })

  it('knows each field of a rule, and describes it', () => {
    const { properties } = schema.$defs.fields
    expect(Object.keys(properties).sort()).toEqual(Object.keys(fieldEntries).sort())
    for (const [key, field] of Object.entries(properties)) {
      expect((field as { description?: string }).description, key).toMatch(/^.{10,}/)
      expect(schema.$defs.rule.properties[key]).toEqual(field)
    }
    expect(properties.op.enum).toEqual(ops)
    expect(properties.agg.enum).toEqual(aggregations)
    expect(properties.missing.enum).toEqual(missingPolicies)
  })

  it('takes and refuses the same rules as the command, whatever fields they have', () => {
    const duration = fc.integer({ min: 60, max: 86_400 }).map((seconds) => printDuration(seconds * 1_000))
    const kind = fc.constantFrom<object>(
      { metric: 'load1' },
      { forecast: 'disk.percent' },
      { absent: 'host' },
      { metric: 'load1', absent: 'host' },
      {},
    )
    const fields = fc.record(
      {
        threshold: fc.constantFrom<unknown>(1, 2.5, '3', '4 %x', true),
        op: fc.constantFrom('>', '>=', '=', '!'),
        window: fc.oneof(duration, fc.constantFrom<unknown>('', '5', 5, '1h1h')),
        within: fc.oneof(duration, fc.constant('soon')),
        after: duration,
        datapoints: fc.constantFrom('1/1', '2/3', '3', 'x/y'),
        missing: fc.constantFrom('ok', 'no-data', 'zero'),
        only: fc.constantFrom<unknown>(['*'], [], 'all'),
        note: fc.constantFrom('call', '', 'a\nb'),
        runbook: fc.constantFrom('https://x', 'x'),
        colour: fc.constant('red'),
      },
      { requiredKeys: [] },
    )
    fc.assert(
      fc.property(kind, fields, (one, rest) => {
        const config = { rules: [{ id: 'a', ...one, ...rest }] }
        expect(errorsIn(config).length === 0, JSON.stringify(config)).toBe(isTaken(config))
      }),
      { numRuns: 2_000 },
    )
  })
})
