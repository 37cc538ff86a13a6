import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { beforeAll, describe, expect, it } from 'vitest'
import { buildReport } from '../../../core/report/build.ts'
import type { Report } from '../../../core/report/report.ts'
import type { SampleRow } from '../../../core/shard/block.ts'
import { bucketsOfSamples } from '../../buckets-of-samples.ts'
import { historiesOf } from '../../histories.ts'
import { makeSnapshot, minuteMs, startMs } from '../../make.ts'
import { storyOfMonth } from '../../story-month.ts'

const schema = JSON.parse(readFileSync(new URL('../../../docs/report.schema.json', import.meta.url), 'utf8'))
const validate = new Ajv2020({ strict: true, strictRequired: false, allowUnionTypes: true, allErrors: true }).compile(
  schema,
)

function errorsIn(report: unknown): unknown[] {
  validate(JSON.parse(JSON.stringify(report)))
  return (validate.errors ?? []).map(({ instancePath, message, params }) => [instancePath, message, params])
}

function reportOf(samples: readonly SampleRow[], before: readonly SampleRow[] = []): Report {
  const none = { transitions: [], gaps: [] }
  return buildReport({
    history: { hosts: historiesOf(bucketsOfSamples(samples, 300_000)), ...none },
    previous: { hosts: historiesOf(bucketsOfSamples(before, 300_000)), ...none },
    period: { fromMs: startMs, toMs: startMs + 60 * minuteMs },
    tags: ['env=prod'],
    resolution: '5m',
    timeZone: 'UTC',
    locale: 'de-DE',
    generatedAtMs: startMs + 60 * minuteMs,
    thresholds: { cpuPercent: 80, memoryPercent: 85, diskPercent: 90 },
    problems: ['one'],
  })
}

const hostile: SampleRow = {
  kind: 'sample',
  host: '<b>\u202E__proto__',
  atMs: startMs,
  snapshot: makeSnapshot({ atMs: startMs, unavailable: { '"': '<script>' } }),
  changes: [{ what: 'kernel', before: '\u0000', after: '' }, { what: 'boot' }],
}

describe('the schema of report.json', () => {
  let month: Report
  beforeAll(() => {
    month = storyOfMonth()
  }, 60_000)

  it('describes the month of twenty hosts, with nothing left over', () => {
    expect(errorsIn(month)).toEqual([])
  })

  it.each([
    ['no host at all', () => reportOf([])],
    ['one sample of a host with a hostile name', () => reportOf([hostile])],
    ['a host of the time before', () => reportOf([], [{ ...hostile, atMs: startMs - 60 * minuteMs }])],
    ['its cost', () => ({ ...reportOf([]), cost: { reads: 1, lists: 0, writes: 2, cents: 0.001 } })],
  ])('describes a report of %s', (_, made) => {
    expect(errorsIn(made())).toEqual([])
  })

  it.each([
    ['another version', { v: 2 }],
    ['a field that is not described', { more: 1 }],
    ['a host without a name', { hosts: [{}] }],
    ['a time that is a text', { generatedAtMs: '2026-03-01' }],
  ])('refuses %s', (_, wrong) => {
    expect(errorsIn({ ...reportOf([hostile]), ...wrong })).not.toEqual([])
  })
})
