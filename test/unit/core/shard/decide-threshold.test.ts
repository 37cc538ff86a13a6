import { describe, expect, it } from 'vitest'
import { defaultRules } from '../../../../core/alerts/default-rules.ts'
import type { ThresholdRule } from '../../../../core/alerts/rule.ts'
import { limits } from '../../../../core/limits.ts'
import { makeSettings, makeThreshold, minuteMs, startMs } from '../../../make.ts'
import { createShard, minutes, ruleSetOf, type Sent, said } from './hosts.ts'

const cpu = (...percents: number[]): Sent[] => percents.map((cpuPercent) => ({ cpuPercent }))
const run = (rule: Partial<ThresholdRule>, values: readonly (Sent | undefined)[]) =>
  minutes(ruleSetOf(makeThreshold(rule)), values)

describe('a threshold', () => {
  it('of three in five datapoints fires with the third, and says since when', () => {
    expect(run({ datapoints: { breaching: 3, of: 5 } }, cpu(90, 10, 91, 10, 92, 10, 10, 10))).toEqual([
      '0 cpu ok > pending (warning): CPU 90.0 % > 80 %, not yet in 3 of 5 datapoints but in 1',
      '4 cpu pending > firing (warning): CPU 92.0 % > 80 % in 3 of 5 datapoints since 12:00Z',
      '5 cpu firing > ok (warning): CPU 10.0 % ≤ 75 % in 2 of 5 datapoints',
    ])
  })

  it('with a critical step goes up and down within one incident', () => {
    const shard = createShard(ruleSetOf(makeThreshold({ critical: 95 })))
    const transitions = cpu(85, 97, 92, 89, 70).flatMap((sent, minute) => shard.run(minute, [sent]))
    expect(transitions.map(said)).toEqual([
      '0 cpu ok > firing (warning): CPU 85.0 % > 80 %',
      '1 cpu firing > firing (critical): CPU 97.0 % > 95 % since 12:00Z',
      '3 cpu firing > firing (warning): CPU 89.0 % > 80 % since 12:00Z',
      '4 cpu firing > ok (warning): CPU 70.0 % ≤ 75 %',
    ])
    expect(transitions[1]).toMatchObject({ severityBefore: 'warning', threshold: 95 })
    expect(new Set(transitions.map(({ incident }) => incident?.id)).size).toBe(1)
  })

  it('keeps the values that it was judged by, ten at most, and names its rule', () => {
    const shard = createShard(ruleSetOf(makeThreshold({ windowMs: 20 * minuteMs })))
    const transitions = Array.from({ length: 25 }, (_, minute) => shard.run(minute, cpu(90))).flat()
    const fired = transitions.find(({ to }) => to === 'firing')
    expect(fired?.datapoints).toHaveLength(10)
    expect(fired?.datapoints?.at(-1)).toEqual([fired?.atMs, 90])
    expect(fired?.ruleHash).toMatch(/^[0-9a-f]{16}$/)
  })

  it('remembers the worst of an incident', () => {
    const shard = createShard(ruleSetOf(makeThreshold()))
    for (const [minute, sent] of cpu(85, 97, 90).entries()) shard.run(minute, [sent])
    expect(shard.state().hosts['web-1']?.alerts.cpu).toMatchObject({ state: 'firing', peak: 97 })
  })

  it('is about those entities that its globs name', () => {
    const disks: [string, number][] = [
      ['/', 99],
      ['/var', 99],
      ['/var/lib/docker', 99],
    ]
    const rule = makeThreshold({ id: 'disk', metric: 'disk.percent', only: ['/var*'], except: ['*/docker'] })
    expect(minutes(ruleSetOf(rule), [{ disks }])).toEqual(['0 disk /var ok > firing (warning): Disk 99.0 % > 80 %'])
  })

  it('is held against each core by itself', () => {
    const rule = makeThreshold({ id: 'core', metric: 'core.percent' })
    expect(minutes(ruleSetOf(rule), [{ cpu: { perCorePercent: [5, 99] } }])).toEqual([
      '0 core 1 ok > firing (warning): CPU core 99.0 % > 80 %',
    ])
  })

  it.each<[ThresholdRule['missing'], string[]]>([
    ['no-data', ['0 cpu ok > firing', '1 cpu firing > no-data']],
    ['ignore', ['0 cpu ok > firing']],
    ['breaching', ['0 cpu ok > firing']],
    ['ok', ['0 cpu ok > firing', '1 cpu firing > ok']],
  ])('takes a value that is missing as %s', (missing, expected) => {
    const told = run({ missing }, [{ cpuPercent: 90 }, { cpu: {} }])
    expect(told.map((line) => line.split(' (')[0])).toEqual(expected)
  })

  it('fires for a value that never was there only where missing is breaching', () => {
    expect(run({ missing: 'breaching' }, [{ cpu: {} }])).toEqual([
      '0 cpu ok > firing (warning): CPU: no value, which breaches by the rule',
    ])
    expect(run({}, [{ cpu: {} }])).toEqual([])
  })

  it('begins anew after a gap in what was pending, whenever evaluate ran', () => {
    const rule = makeThreshold({ windowMs: 15 * minuteMs })
    const shard = createShard(ruleSetOf(rule))
    shard.run(0, cpu(90))
    const both = shard.run(11, [{ cpuPercent: 90, at: 10 }])
    expect(both.filter(({ rule: id }) => id === 'cpu').map(said)).toEqual([
      '5 cpu pending > no-data (warning): no data from 12:00Z to 12:10Z',
      '10 cpu no-data > pending (warning): CPU 90.0 % > 80 %, not yet over 15 min',
    ])
  })

  it('that flaps stays one incident until it has been calm, and says so', () => {
    const flap = { times: 3, withinMs: 60 * minuteMs, calmMs: 3 * minuteMs }
    const told = run({ flap }, cpu(90, 10, 90, 10, 90, 10, 90, 10, 10, 10, 10))
    expect(told.map((line) => line.split(':')[0])).toEqual([
      '0 cpu ok > firing (warning)',
      '1 cpu firing > ok (warning)',
      '2 cpu ok > firing (warning)',
      '3 cpu firing > ok (warning)',
      '4 cpu ok > firing (warning, flapping)',
      '5 cpu firing > recovering (warning, flapping)',
      '6 cpu recovering > firing (warning, flapping)',
      '7 cpu firing > recovering (warning, flapping)',
      '10 cpu recovering > ok (warning)',
    ])
  })

  it('ends what it has open when the host no longer has the rule', () => {
    const rule = makeThreshold()
    const shard = createShard({ ...ruleSetOf(rule), overrides: [] })
    shard.run(0, cpu(90))
    const state = shard.state()
    const without = createShard(ruleSetOf(), state)
    expect(without.run(1, cpu(90)).map(said)).toEqual([
      '1 cpu firing > ok (warning): this host no longer has the rule for it',
    ])
  })

  it('is told to flap by what fired, not by data that came back', () => {
    const flap = { times: 3, withinMs: 60 * minuteMs, calmMs: 3 * minuteMs }
    const told = run({ flap }, [...cpu(90, 10, 90), { cpu: {} }, ...cpu(90)])
    expect(told.at(-1)).toMatch(/^4 cpu no-data > firing \(warning\)/)
  })

  it('of snapshots that an agent loses counts from 0 again once it was started anew', () => {
    const losing = defaultRules(makeSettings()).filter(({ id }) => id === 'agent-losing-data')
    const counts = [100, 100, 0, 0, 7, 7]
    const told = minutes(
      ruleSetOf(...losing),
      counts.map((droppedSnapshots): Sent => ({ agent: { droppedSnapshots } })),
    )
    expect(told).toEqual([
      expect.stringMatching(
        /^4 agent-losing-data ok > firing \(warning\): Snapshots lost by the agent 7 > 0, change in 15 min$/,
      ),
    ])
  })

  it('of the host itself is judged however many of its processes have alerts', () => {
    const crowd = makeThreshold({ id: 'crowd', metric: 'process.memory', threshold: 1, clear: 0, missing: 'ignore' })
    const shard = createShard(ruleSetOf(crowd, makeThreshold()))
    for (let minute = 0; minute < 6; minute++) {
      const top = Array.from({ length: 250 }, (_, pid) => ({ pid, name: `job ${minute} ${pid}`, rssBytes: 5 }))
      shard.run(minute, [{ processes: { top } }])
    }
    expect(shard.run(6, cpu(95)).map(said)).toEqual(['6 cpu ok > firing (warning): CPU 95.0 % > 80 %'])
  })

  it('keeps so many alerts of a host and no more, and says so', () => {
    const rule = makeThreshold({ id: 'memory', metric: 'process.memory', threshold: 1, clear: 0 })
    const shard = createShard(ruleSetOf(rule))
    for (let minute = 0; minute < 6; minute++) {
      const top = Array.from({ length: 250 }, (_, pid) => ({ pid, name: `job ${minute} ${pid}`, rssBytes: 5 }))
      shard.run(minute, [{ processes: { top } }])
    }
    const host = shard.state().hosts['web-1']
    expect(Object.keys(host?.alerts ?? {})).toHaveLength(limits.alertsPerHost)
    expect(host?.findings).toMatchObject([{ kind: 'too-many-alerts' }])
  })
})

describe('a host whose clock is wrong', () => {
  it('says in each reason by how much it was put right, and in a finding', () => {
    const shard = createShard(ruleSetOf(makeThreshold()))
    const clock = { bootId: 'b', sinceBootMs: 1_000, storeAtMs: startMs }
    const told = shard.run(0, [{ cpuPercent: 90, at: -90, bootId: 'b', sinceBootMs: 1_000, clock }])
    expect(told.map(said)).toEqual([
      "0 cpu ok > firing (warning): CPU 90.0 % > 80 % (the host's clock is 1 h 30 min behind; put right)",
    ])
    expect(shard.state().hosts['web-1']?.findings).toMatchObject([{ kind: 'clock-skew' }])
  })
})

it('an agent that loses data is told at once, and well again when it has lost nothing for as long', () => {
  const [rule] = defaultRules(makeSettings({ keepFiringMs: 0 })).filter(({ id }) => id === 'agent-losing-data')
  if (!rule) throw new Error('there is no such default rule')
  const lost = (droppedSnapshots: number): Sent => ({ agent: { droppedSnapshots } })
  const told = minutes(ruleSetOf(rule), [lost(3), lost(3), lost(8), ...Array<Sent>(20).fill(lost(8))])
  expect(told).toEqual([
    '2 agent-losing-data ok > firing (warning): Snapshots lost by the agent 5 > 0, change in 15 min',
    '16 agent-losing-data firing > ok (warning): Snapshots lost by the agent 0 ≤ 0, change in 15 min',
  ])
})
