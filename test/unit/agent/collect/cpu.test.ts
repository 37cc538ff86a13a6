import { expect, test } from 'vitest'
import { createCgroups } from '../../../../agent/collect/cgroup.ts'
import { cpuShares, createCpuReader, parseCpuTimes } from '../../../../agent/collect/cpu.ts'
import { createFileReader } from '../../../../agent/collect/read-file.ts'
import { createUnavailable } from '../../../../agent/collect/unavailable.ts'
import { type FixtureHost, fixtureHost } from './fixture.ts'

function readerOf({ roots }: FixtureHost) {
  const files = createFileReader()
  return createCpuReader({ files, roots, cgroups: createCgroups({ files, roots }) })
}

const shares = (before: string, after: string) => cpuShares(parseCpuTimes(before), parseCpuTimes(after))

test.each([
  {
    rule: 'shares are of the time between two readings, and waiting for I/O is not busy',
    before: 'cpu  100 0 50 800 50 0 0 0 0 0',
    after: 'cpu  140 10 70 1600 180 5 5 20 0 0',
    // 50 user, 30 system, 800 idle, 130 iowait, 20 steal of 1,030
    shares: { percent: 9.71, userPercent: 4.85, systemPercent: 2.91, iowaitPercent: 12.6, stealPercent: 1.94 },
  },
  {
    rule: 'guest time, which user time has already, is not counted twice',
    before: 'cpu  0 0 0 0 0 0 0 0 0 0',
    after: 'cpu  50 0 0 50 0 0 0 0 50 0',
    shares: { percent: 50, userPercent: 50, systemPercent: 0, iowaitPercent: 0, stealPercent: 0 },
  },
  {
    rule: 'a kernel with four columns gives no iowait and no steal',
    before: 'cpu  100 0 50 850',
    after: 'cpu  150 0 75 875',
    shares: { percent: 75, userPercent: 50, systemPercent: 25 },
  },
  {
    rule: 'a kernel without the steal column gives the rest',
    before: 'cpu  100 0 50 800 50 0 0',
    after: 'cpu  150 0 50 850 50 0 0',
    shares: { percent: 50, userPercent: 50, systemPercent: 0, iowaitPercent: 0 },
  },
  {
    rule: 'iowait that went back, as the kernel may let it, costs only itself',
    before: 'cpu  100 0 50 800 50 0 0 0',
    after: 'cpu  150 0 50 850 49 0 0 0',
    shares: { percent: 50, userPercent: 50, systemPercent: 0, stealPercent: 0 },
  },
  {
    rule: 'another counter that went back gives no share at all',
    before: 'cpu  100 0 50 800 50 0 0 0',
    after: 'cpu  150 0 50 700 50 0 0 0',
    shares: {},
  },
  {
    rule: 'two readings in one tick give none',
    before: 'cpu  100 0 50 800 50 0 0 0',
    after: 'cpu  100 0 50 800 50 0 0 0',
    shares: {},
  },
])('$rule', ({ before, after, shares: expected }) => {
  expect(shares(`${before}\n`, `${after}\n`)).toEqual(expected)
})

test('a core that came gives no list of cores until it has two readings', () => {
  const one = 'cpu  0 0 0 0\ncpu0 0 0 0 0\n'
  const two = 'cpu  5 0 0 5\ncpu0 5 0 0 5\ncpu1 9 0 0 9\n'
  const three = 'cpu  10 0 0 10\ncpu0 10 0 0 10\ncpu1 9 0 0 19\n'
  expect(shares(one, two)).not.toHaveProperty('perCorePercent')
  expect(shares(two, three).perCorePercent).toEqual([50, 0])
})

test('a core that was taken offline leaves the others', () => {
  const before = 'cpu  0 0 0 0\ncpu0 0 0 0 0\ncpu1 0 0 0 0\ncpu2 0 0 0 0\n'
  const after = 'cpu  5 0 0 5\ncpu0 5 0 0 5\ncpu2 0 0 0 5\nintr 5\n'
  expect(shares(before, after).perCorePercent).toEqual([50, 0])
})

test('the first reading has load and pressure, and no shares', () => {
  using host = fixtureHost()
  host.write('proc/loadavg', '0.71 1.42 1.62 2/111 18981\n')
  const unavailable = createUnavailable()
  const { cpu: first } = readerOf(host).read({ monotonicMs: 0, unavailable })
  expect(first).toMatchObject({ load1: 0.71, load5: 1.42, load15: 1.62 })
  expect(first).not.toHaveProperty('percent')
  expect(first.pressure).toHaveProperty('some10Percent')
  expect(unavailable.reasons()).toBeUndefined()
})

test('what is not there is absent and named, and the rest is read', () => {
  using host = fixtureHost()
  host.remove('proc/pressure')
  host.remove('proc/loadavg')
  const unavailable = createUnavailable()
  expect(readerOf(host).read({ monotonicMs: 0, unavailable }).cpu).toEqual({})
  expect(Object.keys(unavailable.reasons() ?? {})).toEqual(['cpu.load', 'cpu.pressure'])
  expect(unavailable.reasons()?.['cpu.pressure']).toContain('ENOENT')
})
