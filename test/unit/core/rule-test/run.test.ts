import { describe, expect, it } from 'vitest'
import { defaultRuleSet } from '../../../../core/alerts/default-rules.ts'
import { compare } from '../../../../core/rule-test/compare.ts'
import { parseRuleTests, type RuleTest } from '../../../../core/rule-test/file.ts'
import { transitionsOf } from '../../../../core/rule-test/run.ts'
import { runCountOf, runsOf } from '../../../../core/rule-test/runs.ts'
import { makeSettings, makeThreshold } from '../../../make.ts'

const rules = {
  rules: [
    makeThreshold({ windowMs: 0 }),
    makeThreshold({ id: 'disk', metric: 'disk.percent', threshold: 90, clear: 88, severity: 'critical' }),
  ],
  overrides: [{ where: { tags: ['role=batch'] }, rule: 'cpu', off: true as const, set: {} }],
}

function testOf(said: object): RuleTest {
  const parsed = parseRuleTests({ tests: [{ name: 'one', expect: [], ...said }] })
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  return parsed.file.tests[0] as RuleTest
}

function linesOf(said: object): string[] {
  const test = testOf(said)
  return compare(test, transitionsOf(test, rules)).lines.map(({ sign, text }) => `${sign} ${text.trim()}`)
}

const hot = { 'web-1': { series: { 'cpu.percent': '40x5 91x3 40x2' } } }
const begins = { at: '5m', rule: 'cpu', to: 'firing' }
const ends = { at: '8m', rule: 'cpu', to: 'ok' }

describe('a test of rules', () => {
  it('passes when what happens is what was expected', () => {
    const test = testOf({ hosts: hot, expect: [{ ...begins, severity: 'warning', reason: '91.0 % > 80 %' }, ends] })
    expect(compare(test, transitionsOf(test, rules)).passed).toBe(true)
  })

  it('tells what was not expected', () => {
    expect(linesOf({ hosts: hot })).toEqual([
      expect.stringMatching(/^\+ 5m {2}web-1 cpu -> firing \(warning\): CPU 91/),
      expect.stringMatching(/^\+ 8m {2}web-1 cpu -> ok \(warning\): CPU 40/),
    ])
  })

  it('tells what did not happen, beside what did at that time', () => {
    const expected = [
      { ...begins, severity: 'critical' },
      { ...ends, at: '9m' },
    ]
    expect(linesOf({ hosts: hot, expect: expected })).toEqual([
      '- 5m  web-1 cpu -> firing (critical)',
      expect.stringMatching(/^\+ 5m {2}web-1 cpu -> firing \(warning\)/),
      expect.stringMatching(/^\+ 8m {2}web-1 cpu -> ok/),
      '- 9m  web-1 cpu -> ok',
    ])
  })

  it('tells apart hosts and entities', () => {
    const series = { 'disk.percent|/': '95', 'disk.percent|/var': '95' }
    const expected = [
      { at: '0s', host: 'b', rule: 'disk', entity: '/var', to: 'firing' },
      { at: '0s', host: 'a', rule: 'disk', entity: '/', to: 'firing' },
    ]
    const lines = linesOf({ hosts: { a: { series }, b: { series } }, expect: expected })
    expect(lines.map((line) => line.slice(0, line.indexOf(' ->'))).sort()).toEqual([
      '  0s  a disk /',
      '  0s  b disk /var',
      '+ 0s  a disk /var',
      '+ 0s  b disk /',
    ])
  })

  it('minds the tags of a host', () => {
    expect(linesOf({ hosts: { 'web-1': { ...hot['web-1'], tags: { role: 'batch' } } } })).toEqual([])
  })

  it('says nothing of rules that it is not about', () => {
    expect(linesOf({ hosts: hot, rules: ['disk*'] })).toEqual([])
  })

  it('minds pending, recovering and no-data only where they are expected', () => {
    const hosts = { 'web-1': { series: { 'cpu.percent': '91 _ 91', load1: '1x3' } } }
    const first = { ...begins, at: '0s' }
    const again = { ...begins, at: '2m' }
    expect(linesOf({ hosts, expect: [first, again] })).toHaveLength(2)
    expect(linesOf({ hosts, expect: [first, { at: '1m', rule: 'cpu', to: 'no-data' }, again] })[1]).toMatch(/^ {2}1m/)
  })

  it('takes a step without any value for silence', () => {
    const hostDown = {
      kind: 'absent',
      id: 'host-down',
      of: 'host',
      afterMs: 300_000,
      severity: 'critical',
      keepFiringMs: 0,
      repeatMs: 1,
    } as const
    const test = testOf({ hosts: { 'web-1': { series: { 'cpu.percent': '1 _x6 1' } } }, silence: '10m' })
    const transitions = transitionsOf(test, { rules: [hostDown], overrides: [] })
    expect(transitions.map(({ to, atMs }) => [to, (atMs - test.startMs) / 60_000])).toEqual([
      ['firing', 5],
      ['ok', 7],
      ['firing', 12],
    ])
  })
})

describe('steps that are far apart', () => {
  const far = testOf({ interval: '1h', hosts: { 'web-1': { series: { load1: '1x3' } } } })

  it('have runs between them, no further apart than evaluate may be away', () => {
    const runs = [...runsOf(far)]
    expect(runs.map(({ atMs }) => (atMs - far.startMs) / 60_000)).toEqual(
      Array.from({ length: 13 }, (_, run) => run * 10),
    )
    expect(runs.flatMap(({ step }) => step ?? [])).toEqual([0, 1, 2])
    expect(runCountOf(far)).toBeGreaterThanOrEqual(runs.length)
  })
})

describe('a file of tests', () => {
  it.each<[object, string, string]>([
    [{ tests: [] }, 'tests', 'at least one'],
    [{ tests: [{ name: 'a', hosts: {}, expect: [] }] }, 'tests.0.hosts', '1 to 100 hosts'],
    [
      { tests: [{ name: 'a', hosts: { h: { series: { 'cpu.procent': '1' } } }, expect: [] }] },
      'tests.0.hosts.h.series.cpu.procent',
      'is cpu.percent meant?',
    ],
    [
      { tests: [{ name: 'a', hosts: { h: { series: { 'disk.percent': '1' } } }, expect: [] }] },
      'tests.0.hosts.h.series.disk.percent',
      'disk.percent|/var',
    ],
    [
      { tests: [{ name: 'a', hosts: { h: { series: { load1: '1y2' } } }, expect: [] }] },
      'tests.0.hosts.h.series.load1',
      'values such as',
    ],
    [
      { tests: [{ name: 'a', hosts: hot, expect: [{ at: '1m', rule: 'cpu', to: 'fired' }] }] },
      'tests.0.expect.0.to',
      'pending, firing',
    ],
    [{ tests: [{ name: 'a', hosts: hot, start: 'noon', expect: [] }] }, 'tests.0.start', 'a time such as'],
    [{ tests: [{ name: 'a', hosts: hot }] }, 'tests.0', 'expect, told or both'],
    [{ tests: [{ name: 'a', hosts: { h: {} }, expect: [] }] }, 'tests.0.hosts.h', 'series, recorded or both'],
    [{ tests: [{ name: 'a', hosts: hot, told: [{ at: '1m' }] }] }, 'tests.0.told.0.to', 'to'],
    [
      { tests: [{ name: 'a', hosts: hot, told: [{ at: '1m', to: 'ops', kind: 'fired' }] }] },
      'tests.0.told.0.kind',
      'firing, escalated',
    ],
    [
      { tests: [{ name: 'a', hosts: hot, told: [{ at: '1m', to: 'ops', body: 'x' }] }] },
      'tests.0.told.0.body',
      'one of at, to',
    ],
    [
      { tests: [{ name: 'a', hosts: hot, told: [{ at: '1m', to: 'ops', text: { contain: 'x' } }] }] },
      'tests.0.told.0.text.contain',
      'is contains meant?',
    ],
    [
      { tests: [{ name: 'a', hosts: hot, told: [{ at: '1m', to: 'ops', text: 7 }] }] },
      'tests.0.told.0.text',
      'a text, or a list',
    ],
    [{ tests: [{ name: 'a', hosts: hot, expected: [] }] }, 'tests.0.expected', 'is expect meant?'],
  ])('%j is refused at %s: %s', (file, place, expected) => {
    const parsed = parseRuleTests(file)
    const problems = parsed.ok ? [] : parsed.problems.map((one) => [one.path.join('.'), one.expected])
    expect(problems).toContainEqual([place, expect.stringContaining(expected)])
  })
})

it.each([
  [
    'an agent that throws snapshots away',
    { 'agent.dropped': '0x20 3x30' },
    ['20m agent-losing-data firing', '36m agent-losing-data ok'],
  ],
  ['an agent that did so before', { 'agent.dropped': '7x60' }, []],
  ['an agent that was started again', { 'agent.dropped': '7x20 0x20' }, []],
  [
    'a file system that an error made read-only',
    { 'disk.readOnly|/var': '0x5 1x3 0x5' },
    ['5m read-only firing', '10m read-only ok'],
  ],
  ['inodes', { 'disk.inodes|/var': '50x5 91x3 50x5' }, ['5m inodes firing', '10m inodes ok']],
  ['a build that takes all cores for seven minutes', { 'cpu.percent': '10x20 100x7 10x20' }, []],
  ['CPU that stays', { 'cpu.percent': '10x20 100x20 10x20' }, ['27m cpu firing', '44m cpu ok']],
])('the default rules say of %s', (_, series, expected) => {
  const test = testOf({ hosts: { 'web-1': { series } } })
  const told = transitionsOf(test, defaultRuleSet(makeSettings())).filter(({ to }) => to === 'firing' || to === 'ok')
  expect(
    told
      .filter(({ incident }) => incident)
      .map(({ atMs, rule, to }) => `${(atMs - test.startMs) / 60_000}m ${rule} ${to}`),
  ).toEqual(expected)
})
