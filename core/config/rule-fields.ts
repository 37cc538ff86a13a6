/** The fields that a rule has and an override may change: their keys in vitals.yml, and how they are read and printed. */
import * as v from 'valibot'
import {
  type Aggregation,
  aggregations,
  missingPolicies,
  ops,
  type RuleFields,
  type ThresholdRule,
} from '../alerts/rule.ts'
import { type RuleMetricId, unitOfRule } from '../alerts/rule-metrics.ts'
import { printDuration } from './duration.ts'
import { duration, globs, line, severity, strict } from './fields.ts'
import { inUnit, parseQuantity, type Quantity, quantityWords } from './quantity.ts'

const secondMs = 1_000
const hourMs = 3_600_000
const dayMs = 24 * hourMs
/** What a run keeps of each alert. */
const mostDatapoints = 100

const quantity = v.union(
  [
    v.pipe(
      v.number(),
      v.finite(),
      v.transform((value): Quantity => ({ value })),
    ),
    v.pipe(
      v.string(),
      v.check((text) => parseQuantity(text) !== undefined, `expected ${quantityWords}`),
      v.transform((text): Quantity => parseQuantity(text) ?? { value: 0 }),
    ),
  ],
  `expected ${quantityWords}`,
)

const datapointsWords = `expected such as 3/5: so many breaching of the last so many, ${mostDatapoints} at most`
const datapoints = v.pipe(
  v.string(datapointsWords),
  v.regex(/^[1-9]\d{0,2}\/[1-9]\d{0,2}$/, datapointsWords),
  v.transform((text) => {
    const [breaching = 1, of = 1] = text.split('/').map(Number)
    return { breaching, of }
  }),
  v.check(({ breaching, of }) => breaching <= of && of <= mostDatapoints, datapointsWords),
)

const flap = v.pipe(
  strict({
    times: v.pipe(
      v.number('expected a whole number'),
      v.integer('expected a whole number'),
      v.minValue(2, 'expected 2 or more'),
      v.maxValue(100, 'expected 100 at most'),
    ),
    within: duration(60 * secondMs, 7 * dayMs),
    calm: duration(60 * secondMs, 7 * dayMs),
  }),
  v.transform(({ times, within, calm }) => ({ times, withinMs: within, calmMs: calm })),
)

export const fieldEntries = {
  op: v.exactOptional(v.picklist(ops, 'expected ">", ">=", "<" or "<=", in quotes')),
  threshold: v.exactOptional(quantity),
  critical: v.exactOptional(quantity),
  clear: v.exactOptional(quantity),
  window: v.exactOptional(duration(0, 30 * dayMs)),
  agg: v.exactOptional(v.picklist(aggregations, `expected ${aggregations.join(', ')}`)),
  datapoints: v.exactOptional(datapoints),
  missing: v.exactOptional(v.picklist(missingPolicies, `expected ${missingPolicies.join(', ')}`)),
  keep_firing: v.exactOptional(duration(0, dayMs)),
  after: v.exactOptional(duration(secondMs, 30 * dayMs)),
  within: v.exactOptional(duration(60 * secondMs, 365 * dayMs)),
  severity: v.exactOptional(severity),
  only: v.exactOptional(globs),
  except: v.exactOptional(globs),
  flap: v.exactOptional(flap),
  repeat: v.exactOptional(duration(60 * secondMs, 365 * dayMs)),
  note: v.exactOptional(line),
  runbook: v.exactOptional(
    v.pipe(line, v.regex(/^https?:\/\/\S+$/, 'expected an address such as https://wiki/disk-full')),
  ),
}

export type FieldKey = keyof typeof fieldEntries
const fieldsSchema = strict(fieldEntries)
export type FieldValues = v.InferOutput<typeof fieldsSchema>

/** What each field of a rule is called in vitals.yml. */
export const keyOfField = {
  op: 'op',
  threshold: 'threshold',
  critical: 'critical',
  clear: 'clear',
  windowMs: 'window',
  agg: 'agg',
  datapoints: 'datapoints',
  missing: 'missing',
  keepFiringMs: 'keep_firing',
  afterMs: 'after',
  withinMs: 'within',
  severity: 'severity',
  only: 'only',
  except: 'except',
  flap: 'flap',
  repeatMs: 'repeat',
  note: 'note',
  runbook: 'runbook',
} as const satisfies Record<keyof RuleFields, FieldKey>

const quantityKeys = ['threshold', 'critical', 'clear'] as const

/** Those that are there, but for quantities: their unit is for the metric to say. */
export function plainFields(values: FieldValues): RuleFields {
  const known = Object.entries(keyOfField).filter(([, key]) => !(quantityKeys as readonly string[]).includes(key))
  return Object.fromEntries(
    known.flatMap(([field, key]) => (values[key] === undefined ? [] : [[field, values[key]]])),
  ) as RuleFields
}

/** Threshold, critical and clear in the unit of the rule's value; `wrong`: what is in another one. */
export function quantityFields(
  values: Pick<FieldValues, (typeof quantityKeys)[number]>,
  rule: { metric: RuleMetricId; agg: Aggregation },
): { fields: Pick<RuleFields, 'threshold' | 'critical' | 'clear'>; wrong: [key: FieldKey, expected: string][] } {
  const unit = unitOfRule(rule)
  const fields: Partial<Record<(typeof quantityKeys)[number], number>> = {}
  const wrong: [FieldKey, string][] = []
  for (const key of quantityKeys) {
    const given = values[key]
    if (!given) continue
    const value = inUnit(given, unit)
    if (value === undefined) wrong.push([key, `expected a number in ${unit}, as ${rule.metric} is (${rule.agg})`])
    else fields[key] = value
  }
  return { fields, wrong }
}

/** As it stands in vitals.yml. */
export function printField(field: keyof RuleFields, value: NonNullable<RuleFields[keyof RuleFields]>): string {
  if (field.endsWith('Ms') && typeof value === 'number') return printDuration(value)
  if (Array.isArray(value)) return `[${value.map((glob) => JSON.stringify(glob)).join(', ')}]`
  if (typeof value !== 'object') return String(value)
  if ('of' in value) return printDatapoints(value)
  if (!('times' in value)) return JSON.stringify(value)
  const { times, withinMs, calmMs } = value
  return `{ times: ${times}, within: ${printDuration(withinMs)}, calm: ${printDuration(calmMs)} }`
}

function printDatapoints({ breaching, of }: ThresholdRule['datapoints']): string {
  return `${breaching}/${of}`
}
