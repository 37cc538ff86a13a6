/** One entry of `rules`. */
import * as v from 'valibot'
import { repeatMs } from '../alerts/default-rules.ts'
import { clearOf, isAbove } from '../alerts/hysteresis.ts'
import type { Rule, RuleFields, ThresholdRule } from '../alerts/rule.ts'
import { ruleEntities, ruleMetricById, ruleMetricIds } from '../alerts/rule-metrics.ts'
import { globs, name, strict, tagGlobs, unknownKey } from './fields.ts'
import { metricPer, perWords } from './per.ts'
import { type FieldKey, type FieldValues, fieldEntries, plainFields, quantityFields } from './rule-fields.ts'

/** What settings say where a rule doesn't. */
export interface RuleDefaults {
  keepFiringMs: number
  hostDownAfterMs: number
}

export const hostMatcher = strict({ hosts: v.exactOptional(globs), tags: v.exactOptional(tagGlobs) })

const metric = v.picklist(ruleMetricIds, ({ input }) =>
  typeof input === 'string' ? unknownMetric(input) : 'expected a metric such as cpu.percent',
)
const absentWords = 'expected host, or process: with a glob, such as process:nginx*'
const absent = v.pipe(
  v.string(absentWords),
  v.regex(/^(?:host|process:.+)$/, absentWords),
  v.transform((text) => (text === 'host' ? ('host' as const) : { process: text.slice('process:'.length) })),
)

const forecastWindowMs = 6 * 3_600_000
const processAfterMs = 5 * 60_000
/** These are what evaluate itself tells of. */
const reservedIds = ['finding', 'all-silent']

const entries = {
  id: v.pipe(
    name,
    v.check((id) => !reservedIds.includes(id), `expected another id: ${reservedIds.join(' and ')} are taken`),
  ),
  metric: v.exactOptional(metric),
  per: v.exactOptional(v.picklist(ruleEntities, `expected ${ruleEntities.join(', ')}`)),
  forecast: v.exactOptional(metric),
  absent: v.exactOptional(absent),
  where: v.exactOptional(hostMatcher),
  ...fieldEntries,
}
const entrySchema = strict(entries)
type Entry = v.InferOutput<typeof entrySchema>
type EntryKey = keyof Entry

const always: readonly EntryKey[] = ['id', 'where', 'severity', 'keep_firing', 'repeat', 'flap', 'note', 'runbook']
const kindKeys: Readonly<Record<'metric' | 'forecast' | 'absent', readonly EntryKey[]>> = {
  metric: [
    ...always,
    ...(['per', 'op', 'threshold', 'critical', 'clear', 'window', 'agg', 'datapoints', 'missing'] as const),
    ...(['only', 'except'] as const),
  ],
  forecast: [...always, 'within', 'window', 'only', 'except'],
  absent: [...always, 'after'],
}
const requiredKeys = { metric: 'threshold', forecast: 'within', absent: undefined } as const
type Kind = keyof typeof kindKeys
const kinds = Object.keys(kindKeys) as Kind[]

type AddProblem = (key: EntryKey | undefined, expected: string) => void

/** Messages where a key stands that the kind of rule doesn't have, or one is missing that it must have. */
function checkKind(entry: Readonly<Record<string, unknown>>, add: AddProblem): void {
  const given = kinds.filter((kind) => entry[kind] !== undefined)
  const [kind] = given
  if (!kind || given.length > 1) {
    add(undefined, `expected exactly one of ${kinds.join(', ')}${kind ? `, not ${given.join(' and ')}` : ''}`)
    return
  }
  const allowed: readonly string[] = [kind, ...kindKeys[kind]]
  for (const key of Object.keys(entry)) {
    if (Object.hasOwn(entries, key) && !allowed.includes(key)) {
      add(key as EntryKey, `expected no ${key} in a rule with ${kind}`)
    }
  }
  const required = requiredKeys[kind]
  if (required && entry[required] === undefined) add(undefined, `expected ${required} beside ${kind}`)
}

export function ruleSchema(defaults: RuleDefaults) {
  return v.pipe(
    entrySchema,
    // Also when something else is wrong with the entry, so that all problems are told at once.
    v.rawCheck(({ dataset: { value }, addIssue }) => {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return
      checkKind(value as Readonly<Record<string, unknown>>, (key, message) => addIssue(problemAt(value, key, message)))
    }),
    v.rawTransform(({ dataset: { value }, addIssue }): Rule => {
      return ruleOf(value, defaults, (key, message) => addIssue(problemAt(value, key, message)))
    }),
  )
}

function problemAt(entry: object, key: EntryKey | undefined, message: string) {
  if (key === undefined) return { message }
  const input = entry as Record<string, unknown>
  const path: [v.IssuePathItem] = [{ type: 'object', origin: 'value', input, key, value: input[key] }]
  return { message, path }
}

function ruleOf(entry: Entry, defaults: RuleDefaults, add: AddProblem): Rule {
  const { id, where, absent: of, forecast } = entry
  const common = { id, ...(where ? { where } : {}), keepFiringMs: defaults.keepFiringMs, repeatMs }
  const { severity = 'warning', ...fields } = plainFields(entry)
  if (of !== undefined) {
    const afterMs = of === 'host' ? defaults.hostDownAfterMs : processAfterMs
    // Heard again, seen again: there is nothing to wait for.
    return {
      kind: 'absent',
      of,
      severity: entry.severity ?? 'critical',
      ...common,
      keepFiringMs: 0,
      afterMs,
      ...fields,
    }
  }
  if (forecast !== undefined) {
    if (ruleMetricById(forecast).unit !== '%') add('forecast', 'expected a metric in percent, such as disk.percent')
    const { withinMs = 0, windowMs = forecastWindowMs, ...rest } = fields
    return { kind: 'forecast', metric: forecast, withinMs, windowMs, severity, ...common, ...rest }
  }
  return thresholdOf(entry, { kind: 'threshold', severity, ...common, ...fields }, add)
}

function thresholdOf(
  entry: Entry,
  fields: Pick<ThresholdRule, 'kind' | 'id' | 'severity' | 'keepFiringMs' | 'repeatMs'> & RuleFields,
  add: AddProblem,
): ThresholdRule {
  const measured = metricPer(entry.metric ?? 'cpu.percent', entry.per)
  if (!measured) add('per', perWords(entry.metric ?? 'cpu.percent'))
  const base = {
    op: '>',
    windowMs: 0,
    agg: 'avg',
    datapoints: { breaching: 1, of: 1 },
    missing: 'no-data',
    ...fields,
    metric: measured ?? 'cpu.percent',
  } as const
  const { fields: quantities, wrong } = quantityFields(entry, base)
  for (const [key, message] of wrong) add(key, message)
  const rule = { ...base, threshold: 0, ...quantities }
  const whole = { ...rule, clear: rule.clear ?? clearOf(rule) }
  if (wrong.length === 0) for (const [key, message] of stepProblems(whole)) add(key, message)
  return whole
}

/** Where the steps of a rule are not in order: clear, threshold, critical, from good to bad. */
export function stepProblems(rule: ThresholdRule): [key: FieldKey & keyof FieldValues, expected: string][] {
  const { op, threshold, critical, clear, agg, windowMs, severity } = rule
  const problems: [FieldKey, string][] = []
  const [above, below] = isAbove(op) ? ['above', 'at or below'] : ['below', 'at or above']
  const beyond = (value: number) => (isAbove(op) ? value - threshold : threshold - value)
  if (critical !== undefined && beyond(critical) <= 0)
    problems.push(['critical', `expected a value ${above} the threshold, ${threshold}`])
  if (critical !== undefined && severity === 'critical')
    problems.push(['critical', 'expected no critical beside severity: critical'])
  if (beyond(clear) > 0) problems.push(['clear', `expected a value ${below} the threshold, ${threshold}`])
  if (windowMs === 0 && agg !== 'avg') problems.push(['agg', `expected a window beside agg: ${agg}`])
  return problems
}

function unknownMetric(given: string): string {
  const said = unknownKey(given, ruleMetricIds)
  return said.startsWith('expected a key')
    ? said.replace('a key', 'a metric')
    : `expected a metric: ${ruleMetricIds.join(', ')}`
}
