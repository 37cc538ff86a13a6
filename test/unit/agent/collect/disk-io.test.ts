import { expect, test } from 'vitest'
import { createDiskIoReader } from '../../../../agent/collect/disk-io.ts'
import { createFileReader } from '../../../../agent/collect/read-file.ts'
import { createUnavailable } from '../../../../agent/collect/unavailable.ts'
import { fixtureHost } from './fixture.ts'

/** Reads, sectors and ms of them, the same of writes, and ms with anything in flight. */
const line = (name: string, [reads, sectors, readMs, writes, written, writeMs, busyMs]: number[], newer = '') =>
  ` 254 0 ${name} ${reads} 0 ${sectors} ${readMs} ${writes} 0 ${written} ${writeMs} 0 ${busyMs} 0${newer}\n`
const start = [1_000, 8_000, 5_000, 2_000, 16_000, 9_000, 70_000]

/** Two readings ten seconds apart. */
function between(before: string, after: string, elapsedMs = 10_000) {
  using host = fixtureHost()
  const reader = createDiskIoReader({ files: createFileReader(), roots: host.roots })
  const unavailable = createUnavailable()
  host.write('proc/diskstats', before)
  reader.read({ monotonicMs: 1_000, unavailable })
  host.write('proc/diskstats', after)
  return reader.read({ monotonicMs: 1_000 + elapsedMs, unavailable })
}

const rates = {
  device: 'vda',
  readBytesPerSecond: 51_200,
  writtenBytesPerSecond: 102_400,
  readsPerSecond: 10,
  writesPerSecond: 20,
  readLatencyMs: 2.5,
  writeLatencyMs: 4,
  busyPercent: 30,
}

test.each([
  ['of 11 fields, as up to Linux 4.17', ''],
  ['of 15, with what was discarded', ' 9 9 9 9'],
  ['of 17, with what was flushed, since 5.5', ' 9 9 9 9 9 9'],
])('rates are per second and latencies a mean of what ended meanwhile, in lines %s', (_, newer) => {
  const after = [1_100, 9_000, 5_250, 2_200, 18_000, 9_800, 73_000]
  expect(between(line('vda', start, newer), line('vda', after, newer))).toEqual([rates])
})

test('without an operation there is no latency, which is not a latency of 0', () => {
  const [sample] = between(line('vda', start), line('vda', start))
  expect(sample).toMatchObject({ readsPerSecond: 0, writesPerSecond: 0, busyPercent: 0 })
  expect(sample).not.toHaveProperty('readLatencyMs')
  expect(sample).not.toHaveProperty('writeLatencyMs')
})

test('a time that has wrapped at 2^32 ms costs only itself', () => {
  const before = [1_000, 8_000, 4_294_967_290, 2_000, 16_000, 9_000, 70_000]
  const [sample] = between(line('vda', before), line('vda', [1_100, 9_000, 244, 2_200, 18_000, 9_800, 73_000]))
  const { readLatencyMs, ...others } = rates
  expect(readLatencyMs).toBe(2.5)
  expect(sample).toEqual(others)
})

test('a device that was replaced, which has written more and read less, goes on from nothing', () => {
  expect(between(line('vda', start), line('vda', [7, 56, 10, 9_000, 99_000, 9_900, 71_000]))).toEqual([
    { device: 'vda' },
  ])
})

test('a device that was away for a snapshot has no rates when it is back', () => {
  using host = fixtureHost()
  const reader = createDiskIoReader({ files: createFileReader(), roots: host.roots })
  const unavailable = createUnavailable()
  const both = line('vda', start) + line('zz', start)
  for (const [second, text] of [both, line('vda', start), both].entries()) {
    host.write('sys/block/zz', '')
    host.write('proc/diskstats', text)
    const rows = reader.read({ monotonicMs: second * 1_000, unavailable })
    expect(rows.filter(({ device }) => device === 'zz')).toEqual(second === 1 ? [] : [{ device: 'zz' }])
  }
  expect(unavailable.reasons()).toBeUndefined()
})

test('two readings at one moment give no rates, and no infinite ones', () => {
  const after = [1_100, 9_000, 5_250, 2_200, 18_000, 9_800, 73_000]
  expect(between(line('vda', start), line('vda', after), 0)).toEqual([
    { device: 'vda', readLatencyMs: 2.5, writeLatencyMs: 4 },
  ])
})

test('a host with 20,000 devices sends as many as a snapshot takes, and says so', () => {
  using host = fixtureHost()
  const names = Array.from({ length: 20_000 }, (_, number) => `d${number}`)
  host.write('proc/diskstats', names.map((name) => line(name, start)).join(''))
  host.remove('sys/block')
  const reader = createDiskIoReader({ files: createFileReader(), roots: host.roots })
  const unavailable = createUnavailable()
  expect(reader.read({ monotonicMs: 0, unavailable })).toHaveLength(256)
  expect(unavailable.reasons()).toEqual({ diskIo: '20000 devices, of which the first 256 are told' })
})
