import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadConfig, readConfig } from '../../../../adapters/config/file.ts'
import { defaultRuleSet } from '../../../../core/alerts/default-rules.ts'
import { badConfigs, goodConfigs, wholeConfig } from '../../../config-examples.ts'
import { makeSettings } from '../../../make.ts'

const settings = makeSettings()
let directory: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'vitals-config-'))
})
afterAll(() => rm(directory, { recursive: true }))

async function read(text: string) {
  const path = join(directory, 'vitals.yml')
  await writeFile(path, text)
  return readConfig(path, settings)
}

async function problemsOf(text: string): Promise<string> {
  const error = await read(text).then(
    () => new Error('it was taken'),
    (thrown: Error) => thrown,
  )
  return error.message.replaceAll(`${directory}/`, '')
}

describe('a vitals.yml', () => {
  it.each(goodConfigs)('is read: %s', async (text) => {
    await expect(read(text)).resolves.toMatchObject({ telling: expect.anything() })
  })

  it.each(badConfigs)('%j is refused at %s', async (text, place, expected) => {
    const told = await problemsOf(text)
    expect(told).toContain(`\n  vitals.yml:${place}`)
    expect(told).toContain(expected)
    expect(told).toContain('vitals.yml has a problem:\n')
  })

  it('tells all its problems at once, in the order of the file', async () => {
    const text = `rules:
  - id: a
    metric: cpu.percent
    treshold: 80
  - { id: b, absent: host, metric: load1, window: 10 }
  - { id: a, metric: disk.percent, threshold: 90, clear: 95 }
routes:
  - to: [ops, default]
`
    expect((await problemsOf(text)).split('\n').map((line) => line.trim())).toEqual([
      'vitals.yml has 7 problems:',
      'vitals.yml:2:5: rules[0]: expected threshold beside metric',
      'vitals.yml:4:15: rules[0].treshold: 80: expected a key that exists; is threshold meant?',
      'vitals.yml:5:5: rules[1]: expected exactly one of metric, forecast, absent, not metric and absent',
      expect.stringContaining('vitals.yml:5:51: rules[1].window: 10: expected a duration'),
      'vitals.yml:6:11: rules[2].id: "a": expected each id once',
      'vitals.yml:6:58: rules[2].clear: 95: expected a value at or below the threshold, 90',
      'vitals.yml:8:10: routes[0].to[0]: "ops": expected a receiver: default',
    ])
  })

  it('shows no secrets', async () => {
    const told = await problemsOf('receivers:\n  - { name: a, type: webhook, url: hunter1, secret: hunter2 }')
    expect(told).toContain('receivers[0].url: expected')
    expect(told).not.toContain('hunter')
  })

  it('is told of by its lines where it is no YAML', async () => {
    const told = await problemsOf('rules:\n  - id: a\n    op: >=\n  - [\n')
    expect(told).toMatch(/vitals\.yml:3:\d+: the file: expected YAML: /)
    expect(await problemsOf('a: 1\na: 2')).toMatch(/vitals\.yml:2:1: the file: .*unique/)
    expect(await problemsOf('rules: !!js/function x')).toMatch(/vitals\.yml:1:8: the file: .*tag/)
  })

  it('is refused where its aliases would fill the memory', async () => {
    const lines = [
      'a: &a [x]',
      ...Array.from({ length: 20 }, (_, i) => `b${i}: &b${i} [${i ? `*b${i - 1},*b${i - 1}` : '*a,*a'}]`),
    ]
    expect(await problemsOf(lines.join('\n'))).toContain('Excessive alias count')
  })

  it('is refused where it is large', async () => {
    expect(await problemsOf(`#${'x'.repeat(1024 * 1024)}`)).toContain('1048577 bytes: expected a file that can be read')
  })

  it('knows where each value stands, through aliases as well', async () => {
    const path = join(directory, 'places.yml')
    await writeFile(path, 'rules:\n  - &cpu\n    id: cpu\n    metric: cpu.percent\n    threshold: 90\noverrides: []\n')
    const loaded = await loadConfig(path, settings)
    if (!loaded.ok || !loaded.file) throw new Error('not read')
    const { placeOf } = loaded.file
    expect(placeOf(['rules', 0, 'threshold'])).toEqual({ line: 5, column: 16 })
    expect(placeOf(['rules', 0, 'window'])).toEqual({ line: 3, column: 5 })
    expect(placeOf(['nothing'])).toEqual({ line: 1, column: 1 })
  })

  it('is missed only where it is named', async () => {
    expect((await readConfig('vitals.yml', settings)).rules).toEqual(defaultRuleSet(settings))
    await expect(readConfig(join(directory, 'other.yml'), settings)).rejects.toThrow('expected a file that can be read')
  })
})

describe('what a vitals.yml says', () => {
  it('is rules in milliseconds and bytes, with what they leave out', async () => {
    const { rules } = await read(wholeConfig)
    const own = rules.rules.filter(({ id }) => !defaultRuleSet(settings).rules.some((rule) => rule.id === id))
    expect(own).toEqual([
      {
        kind: 'threshold',
        id: 'cpu-hot',
        metric: 'core.percent',
        op: '>',
        threshold: 80,
        critical: 95,
        clear: 75,
        windowMs: 600_000,
        agg: 'p95',
        datapoints: { breaching: 3, of: 5 },
        missing: 'breaching',
        severity: 'warning',
        only: ['0', '1?'],
        except: ['10'],
        where: { hosts: ['web-*'], tags: ['env=prod', 'role=*'] },
        keepFiringMs: 120_000,
        repeatMs: 86_400_000,
        flap: { times: 3, withinMs: 3_600_000, calmMs: 1_800_000 },
        note: 'Who to call, what to look at',
        runbook: 'https://wiki.example.com/cpu',
      },
      {
        kind: 'forecast',
        id: 'full-soon',
        metric: 'disk.percent',
        withinMs: 86_400_000,
        windowMs: 21_600_000,
        severity: 'warning',
        only: ['/var*'],
        keepFiringMs: 120_000,
        repeatMs: 86_400_000,
      },
      {
        kind: 'absent',
        id: 'nginx-gone',
        of: { process: 'nginx*' },
        afterMs: 300_000,
        severity: 'critical',
        keepFiringMs: 0,
        repeatMs: 86_400_000,
      },
      {
        kind: 'threshold',
        id: 'low-memory',
        metric: 'memory.available',
        op: '<',
        threshold: 500_000_000,
        clear: 525_000_000,
        windowMs: 0,
        agg: 'avg',
        datapoints: { breaching: 1, of: 1 },
        missing: 'no-data',
        severity: 'warning',
        keepFiringMs: 120_000,
        repeatMs: 86_400_000,
      },
    ])
    expect(rules.overrides).toEqual([
      {
        where: { tags: ['role=batch'] },
        rule: 'cpu*',
        set: { threshold: 95, critical: 99, clear: 90, windowMs: 1_800_000 },
      },
      { where: { hosts: ['old-*'] }, rule: 'low*', off: true, set: {} },
    ])
  })

  it('is receivers, routes and maintenance', async () => {
    const { receivers, telling } = await read(wholeConfig)
    const usual = { deadlineMs: 30_000, capPerHour: 60 }
    expect(receivers).toEqual([
      { ...usual, name: 'ops', type: 'mail', to: ['ops@example.com'] },
      {
        name: 'pager',
        type: 'webhook',
        url: 'https://pager.example.com/in',
        secret: { env: 'PAGER_SECRET' },
        format: 'alertmanager',
        deadlineMs: 10_000,
        capPerHour: 20,
      },
      { ...usual, name: 'chat', type: 'webhook', url: { env: 'CHAT_URL' }, format: 'slack' },
      { ...usual, name: 'topic', type: 'sns', topic: 'arn:aws:sns:eu-central-1:123456789012:alerts' },
      { ...usual, name: 'script', type: 'command', command: ['/usr/local/bin/told', '--now'] },
      { ...usual, name: 'files', type: 'file', directory: 'logs/mail' },
    ])
    expect(telling.routes).toEqual([
      {
        match: { severity: 'critical', tags: ['env=prod'], hosts: ['*'], rules: ['disk*'], entities: ['/var*'] },
        during: {
          timeZone: 'Europe/Berlin',
          weekdays: ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday'],
          fromMinutes: 480,
          toMinutes: 1080,
        },
        to: ['pager', 'default'],
        group: { by: ['rule', 'tag:role'], waitMs: 30_000, intervalMs: 300_000 },
        repeatMs: 14_400_000,
        continue: true,
      },
      { match: {}, to: ['ops'], group: { by: ['rule'], waitMs: 0, intervalMs: 300_000 }, continue: false },
    ])
    expect(telling.maintenance).toEqual([
      {
        name: 'backup',
        match: { hosts: ['db-*'], rules: ['cpu'] },
        every: 'week',
        on: 'sunday',
        fromMinutes: 120,
        toMinutes: 240,
        timeZone: 'Europe/Berlin',
      },
      { name: 'nightly', match: {}, every: 'day', fromMinutes: 1410, toMinutes: 1440, timeZone: 'UTC' },
      { name: 'patches', match: {}, every: 'month', on: 31, fromMinutes: 60, toMinutes: 120, timeZone: 'UTC' },
    ])
  })

  it('is schedules, with what they leave out', async () => {
    expect((await read('schedules:\n  - { name: ops, every: week, to: [a@b.c] }\n')).schedules).toEqual([
      { name: 'ops', every: 'week', on: 'monday', at: '07:00', to: ['a@b.c'] },
    ])
    expect((await read('rules: []')).schedules).toBeUndefined()
  })

  it('puts a rule in the place of the default that has its id', async () => {
    const { rules } = await read('rules:\n  - { id: cpu, metric: load1, threshold: 8 }')
    expect(rules.rules.map(({ id }) => id)).toEqual(defaultRuleSet(settings).rules.map(({ id }) => id))
    expect(rules.rules[0]).toMatchObject({ id: 'cpu', metric: 'load1', threshold: 8, clear: 7.6 })
  })
})
