import { describe, expect, it } from 'vitest'
import { checkConfig, type KnownHost } from '../../../../core/config/check.ts'
import { parseConfig } from '../../../../core/config/config.ts'
import { printPath } from '../../../../core/config/problem.ts'
import { makeSettings, makeSnapshot } from '../../../make.ts'

const web: KnownHost = {
  name: 'web-1',
  tags: { role: 'web' },
  latest: makeSnapshot({
    disks: [['/var', 50]],
    processes: { watches: { 'name:redis*': 0 }, top: [{ pid: 1, name: 'nginx' }] },
  }),
}
const fresh: KnownHost = { name: 'new-1', tags: {} }

function problemsOf(value: object, hosts: readonly KnownHost[] = [web]): string[] {
  const parsed = parseConfig(value, makeSettings())
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  return checkConfig(parsed.config, parsed.said, hosts).map(({ path, expected }) => `${printPath(path)}: ${expected}`)
}

const threshold = (said: object) => ({ rules: [{ id: 'a', metric: 'cpu.percent', threshold: 80, ...said }] })

describe('a rule that can never fire is told', () => {
  it.each([
    [{ threshold: 100 }, 'threshold', 'never'],
    [{ op: '>=', threshold: 101 }, 'threshold', 'never'],
    [{ op: '<', threshold: 0 }, 'threshold', 'never'],
    [{ critical: 100 }, 'critical', 'never'],
    [{ op: '>=', threshold: 0 }, 'threshold', 'always'],
    [{ op: '<=', threshold: 100 }, 'threshold', 'always'],
  ])('%j', (said, key, word) => {
    expect(problemsOf(threshold(said))).toEqual([
      expect.stringMatching(new RegExp(`^rules.0..${key}: .* so this is ${word}$`)),
    ])
  })

  it.each([
    { op: '>=', threshold: 100 },
    { op: '<=', threshold: 0 },
    { metric: 'process.cpu', threshold: 150, only: ['nginx'] },
    { agg: 'delta', window: '1h', threshold: 99 },
  ])('and %j can', (said) => {
    expect(problemsOf(threshold(said), [fresh])).toEqual([])
  })

  it('also by an override', () => {
    expect(problemsOf({ overrides: [{ rule: '*', set: { threshold: 100 } }] })).toEqual([
      expect.stringMatching(/^overrides\[0\]\.set\.threshold: .*never$/),
    ])
  })
})

describe('what nobody uses is told', () => {
  it.each<[object, string]>([
    [
      { rules: [{ id: 'a', absent: 'host', where: { hosts: ['db-*'] } }] },
      'rules[0].where: a host that the bucket knows: it matches none',
    ],
    [
      threshold({ metric: 'disk.percent', only: ['/srv*'] }),
      'rules[0]: a mount of disk.percent that a host which the bucket knows has sent: there is none',
    ],
    [threshold({ metric: 'sensor.celsius' }), 'rules[0]: a sensor of sensor.celsius that'],
    [
      { rules: [{ id: 'a', absent: 'process:postgres' }] },
      'rules[0]: a process that a known host tells: watch it with MONITOR_WATCH',
    ],
    [
      { overrides: [{ rule: 'cpu', where: { tags: ['role=db'] }, off: true }] },
      'overrides[0].where: a host that the bucket knows',
    ],
    [{ receivers: [{ name: 'a', type: 'file', directory: 'x' }] }, 'receivers[0].name: a receiver that a route names'],
    [
      { routes: [{ to: ['default'] }, { match: { hosts: ['a'] }, to: ['default'] }] },
      'routes[1]: a route that is reached: routes[0] takes everything',
    ],
  ])('%j', (value, problem) => {
    expect(problemsOf(value)).toEqual([expect.stringContaining(problem)])
  })

  it.each([
    {
      rules: [
        { id: 'a', absent: 'process:nginx*' },
        { id: 'b', absent: 'process:redis*' },
      ],
    },
    threshold({ metric: 'disk.percent', only: ['/var'] }),
    {
      routes: [
        { to: ['default'], continue: true },
        { match: { hosts: ['a'] }, to: ['default'] },
      ],
    },
  ])('and what is used is not: %j', (value) => {
    expect(problemsOf(value)).toEqual([])
  })

  it('but of hosts only where some are known', () => {
    const value = { rules: [{ id: 'a', metric: 'sensor.celsius', threshold: 80, where: { hosts: ['db-*'] } }] }
    expect(problemsOf(value, [])).toEqual([])
    expect(problemsOf(threshold({ metric: 'sensor.celsius' }), [fresh])).toEqual([])
  })
})
