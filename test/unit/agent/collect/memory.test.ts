import { expect, test } from 'vitest'
import { createCgroups } from '../../../../agent/collect/cgroup.ts'
import { createMemoryReader } from '../../../../agent/collect/memory.ts'
import { createFileReader } from '../../../../agent/collect/read-file.ts'
import { createUnavailable } from '../../../../agent/collect/unavailable.ts'
import { type FixtureHost, fixtureHost } from './fixture.ts'

function readerOf({ roots }: FixtureHost) {
  const files = createFileReader()
  const reader = createMemoryReader({ files, roots, cgroups: createCgroups({ files, roots }) })
  return (monotonicMs: number) => {
    const unavailable = createUnavailable()
    return { memory: reader.read({ monotonicMs, unavailable }), reasons: unavailable.reasons() }
  }
}

const meminfo = 'MemTotal: 1000 kB\nMemAvailable: 400 kB\nSwapTotal: 500 kB\nSwapFree: 100 kB\n'
const vmstat = (inPages: number, outPages: number) => `pgpgin 7\npswpin ${inPages}\npswpout ${outPages}\npgfree 9\n`

test('swapping is told in bytes a second, of pages that came and went', () => {
  using host = fixtureHost()
  host.write('proc/meminfo', meminfo)
  host.write('proc/vmstat', vmstat(1_000, 5_000))
  const read = readerOf(host)
  expect(read(0).memory).not.toHaveProperty('swapInBytesPerSecond')
  host.write('proc/vmstat', vmstat(1_100, 5_400))
  expect(read(10_000)).toMatchObject({
    memory: { swapInBytesPerSecond: 10 * 4_096, swapOutBytesPerSecond: 40 * 4_096, swapUsedPercent: 80 },
    reasons: undefined,
  })
})

test('page counters that went back give no rate', () => {
  using host = fixtureHost()
  host.write('proc/meminfo', meminfo)
  host.write('proc/vmstat', vmstat(1_000, 5_000))
  const read = readerOf(host)
  read(0)
  host.write('proc/vmstat', vmstat(3, 5_100))
  const { memory } = read(1_000)
  expect(memory).not.toHaveProperty('swapInBytesPerSecond')
  expect(memory).toHaveProperty('swapOutBytesPerSecond')
})

test('a host without swap swaps nothing, and misses nothing', () => {
  using host = fixtureHost()
  host.remove('proc/vmstat')
  const read = readerOf(host)
  read(0)
  const { memory, reasons } = read(1_000)
  expect(memory).not.toHaveProperty('swapInBytesPerSecond')
  expect(reasons).toBeUndefined()
})

test('what is missing is named, with the reason', () => {
  using host = fixtureHost()
  host.write('proc/meminfo', meminfo)
  host.write('proc/vmstat', 'pgpgin 7\n')
  host.remove('proc/pressure')
  expect(readerOf(host)(0).reasons).toEqual({
    'memory.swapRates': 'parse /proc/vmstat: no pswpin and pswpout, expected both',
    'memory.pressure': expect.stringMatching(/pressure\/memory is not there \(ENOENT\): Linux 4\.20 and newer/),
  })
})
