/** A file of tests: what hosts send, the transitions that should come of it, and who should be told of them. */
import * as v from 'valibot'
import { type RuleMetricId, ruleMetricById, ruleMetricIds } from '../alerts/rule-metrics.ts'
import { duration, glob, line, list, name, severity, strict, unknownKey } from '../config/fields.ts'
import { type ConfigProblem, problemOf } from '../config/problem.ts'
import { parseSeriesKey } from '../metrics.ts'
import type { Snapshot } from '../snapshot.ts'
import { parseSeries, type Step, seriesWords } from './series.ts'
import { recordedSchema, type ToldExpectation, toldSchema } from './told.ts'

const mostTests = 1_000
const mostHosts = 100
const dayMs = 86_400_000
/** A Sunday noon, where a test says nothing: rules don't mind. */
const usualStart = '2026-03-01T12:00:00Z'

export interface HostSeries {
  host: string
  tags: Readonly<Record<string, string>>
  series: readonly { metric: RuleMetricId; entity: string; steps: readonly Step[] }[]
  /** Its file of recorded snapshots, as the test names it. */
  recorded?: string
  /** What is in that file. A step each; the last one stands under the series for as long as they go on. */
  snapshots?: readonly Snapshot[]
}

export interface Expectation {
  /** Since the beginning of the test. */
  atMs: number
  /** Absent: the test's only host. */
  host?: string
  rule: string
  entity?: string
  to: 'pending' | 'firing' | 'recovering' | 'no-data' | 'ok'
  severity?: 'warning' | 'critical'
  /** What the reason contains. */
  reason?: string
}

export interface RuleTest {
  name: string
  startMs: number
  intervalMs: number
  /** How long it goes on after the last value, in silence. */
  silenceMs: number
  /** Globs: of other rules nothing is expected, and nothing is told. */
  rules: readonly string[]
  hosts: readonly HostSeries[]
  /** Absent: whatever happens. */
  expect?: readonly Expectation[]
  /** Absent: whoever is told. */
  told?: readonly ToldExpectation[]
}

export interface RuleTestFile {
  /** The vitals.yml that is tested, as it stands in the file; absent: the one of the settings. */
  rules?: string
  tests: readonly RuleTest[]
}

const seriesText = v.pipe(
  v.union([v.string(), v.number(), v.array(v.union([v.number(), v.literal('_')]))], `expected ${seriesWords}`),
  v.check((given) => parseSeries(typeof given === 'number' ? [given] : given) !== undefined, `expected ${seriesWords}`),
  v.transform((given) => parseSeries(typeof given === 'number' ? [given] : given) ?? []),
)
const seriesKey = v.pipe(
  v.string(),
  v.check(
    (key) => isMetric(parseSeriesKey(key).metricId),
    ({ input }) => unknownKey(parseSeriesKey(input).metricId, ruleMetricIds),
  ),
  v.check((key) => {
    const { metricId, entity } = parseSeriesKey(key)
    return !isMetric(metricId) || (ruleMetricById(metricId).per === undefined) === (entity === '')
  }, 'expected metric|entity where there are several, such as disk.percent|/var, and the metric alone where there is one'),
)
const host = v.pipe(
  strict({
    tags: v.optional(v.record(v.string(), v.string('expected a text')), {}),
    series: v.exactOptional(v.record(seriesKey, seriesText)),
    recorded: v.exactOptional(recordedSchema),
  }),
  v.check(({ series, recorded }) => (series ?? recorded) !== undefined, 'expected series, recorded or both'),
)
const expectation = strict({
  at: duration(0, 30 * dayMs),
  host: v.exactOptional(v.string('expected a host')),
  rule: name,
  entity: v.exactOptional(v.string('expected an entity such as /var')),
  to: v.picklist(
    ['pending', 'firing', 'recovering', 'no-data', 'ok'],
    'expected pending, firing, recovering, no-data or ok',
  ),
  severity: v.exactOptional(severity),
  reason: v.exactOptional(v.string('expected a text that the reason contains')),
})
const startWords = 'expected a time such as 2026-03-01T12:00:00Z'
const testFields = strict({
  name: line,
  start: v.optional(
    v.pipe(
      v.string(startWords),
      v.check((text) => !Number.isNaN(Date.parse(text)), startWords),
    ),
    usualStart,
  ),
  interval: v.optional(duration(1_000, dayMs), '1m'),
  silence: v.optional(duration(0, 7 * dayMs), '0s'),
  rules: v.optional(list(glob, 'globs'), ['*']),
  hosts: v.pipe(
    v.record(v.string(), host, 'expected hosts by name'),
    v.check(
      (hosts) => Object.keys(hosts).length > 0 && Object.keys(hosts).length <= mostHosts,
      `expected 1 to ${mostHosts} hosts`,
    ),
  ),
  expect: v.exactOptional(v.array(expectation, 'expected a list of transitions')),
  told: v.exactOptional(v.array(toldSchema, 'expected a list of messages')),
})
const test = v.pipe(
  testFields,
  v.check(({ expect, told }) => (expect ?? told) !== undefined, 'expected expect, told or both'),
)

const fileSchema = strict({
  rules: v.exactOptional(line),
  tests: list(test, 'tests', mostTests),
})

export function parseRuleTests(
  value: unknown,
): { ok: true; file: RuleTestFile } | { ok: false; problems: ConfigProblem[] } {
  const parsed = v.safeParse(fileSchema, value)
  if (!parsed.success) return { ok: false, problems: parsed.issues.map((issue) => problemOf(issue, value)) }
  const { rules, tests } = parsed.output
  return { ok: true, file: { ...(rules === undefined ? {} : { rules }), tests: tests.map(testOf) } }
}

function testOf({
  name: called,
  start,
  interval,
  silence,
  rules,
  hosts,
  expect,
  told,
}: v.InferOutput<typeof test>): RuleTest {
  return {
    name: called,
    startMs: Date.parse(start),
    intervalMs: interval,
    silenceMs: silence,
    rules,
    hosts: Object.entries(hosts).map(([one, { tags, series = {}, recorded }]) => ({
      host: one,
      tags,
      series: Object.entries(series).map(([key, steps]) => {
        const { metricId, entity } = parseSeriesKey(key)
        return { metric: metricId as RuleMetricId, entity, steps }
      }),
      ...(recorded === undefined ? {} : { recorded }),
    })),
    ...(expect ? { expect: expect.map(({ at, ...rest }) => ({ atMs: at, ...rest })) } : {}),
    ...(told ? { told } : {}),
  }
}

function isMetric(id: string): id is RuleMetricId {
  return (ruleMetricIds as readonly string[]).includes(id)
}
