import { afterEach, expect, test } from 'vitest'
import { openProcessTable } from '../../../../agent/collect/process-table.ts'
import { createProcessesReader, type ProcessesReader } from '../../../../agent/collect/processes.ts'
import { createFileReader } from '../../../../agent/collect/read-file.ts'
import { createUnavailable } from '../../../../agent/collect/unavailable.ts'
import { type FixtureHost, fixtureHost, statLine } from './fixture.ts'

const bootAtMs = 1_795_415_086_000
let opened: ProcessesReader | undefined
afterEach(() => opened?.close())

function readerOf(host: FixtureHost, topProcesses = 5) {
  host.remove('proc/1')
  host.remove('proc/2')
  const reader = createProcessesReader({ files: createFileReader(), roots: host.roots, topProcesses })
  opened = reader
  const unavailable = createUnavailable()
  return {
    unavailable,
    read: (monotonicMs: number) =>
      reader.read({
        observedAtMs: bootAtMs + 6_000_000 + monotonicMs,
        monotonicMs,
        bootAtMs,
        sinceBootMs: 6_000_000 + monotonicMs,
        unavailable,
      }),
  }
}

test('CPU is 100 for one busy core, over the time between two snapshots', () => {
  using host = fixtureHost()
  const { read } = readerOf(host)
  host.write('proc/10/stat', statLine({ pid: 10, name: 'two-threads', cpuTicks: 500, rssPages: 2 }))
  expect(read(0).top[0]).not.toHaveProperty('cpuPercent')
  host.write('proc/10/stat', statLine({ pid: 10, name: 'two-threads', cpuTicks: 2_500, rssPages: 2 }))
  expect(read(10_000).top[0]).toMatchObject({ cpuPercent: 200, rssBytes: 8_192, startedAtMs: bootAtMs + 1_000 })
})

test('a number that was given to a new process carries nothing over from the old one', () => {
  using host = fixtureHost()
  const { read } = readerOf(host)
  host.write('proc/10/stat', statLine({ pid: 10, name: 'old', cpuTicks: 500 }))
  read(0)
  host.write('proc/10/stat', statLine({ pid: 10, name: 'new', cpuTicks: 700, startTicks: 5_000 }))
  const [row] = read(10_000).top
  expect(row).toMatchObject({ name: 'new', startedAtMs: bootAtMs + 50_000 })
  expect(row).not.toHaveProperty('cpuPercent')
})

test('a process that started between two snapshots has the CPU of its whole life', () => {
  using host = fixtureHost()
  const { read } = readerOf(host)
  read(0)
  host.write('proc/10/stat', statLine({ pid: 10, name: 'burst', cpuTicks: 300, startTicks: 600_200 }))
  expect(read(10_000).top[0]).toMatchObject({ name: 'burst', cpuPercent: 30 })
})

test.each(['with spaces', 'a) S 1 1 (b', '((', '))', 'new\nline', '<script>', 'schön', ' ', '\\u0000'])(
  'a process may be called %j',
  (name) => {
    using host = fixtureHost()
    const { read } = readerOf(host)
    host.write('proc/10/stat', statLine({ pid: 10, name, state: 'D', threads: 7, rssPages: 3 }))
    expect(read(0).top).toEqual([
      expect.objectContaining({ pid: 10, name, status: 'disk-sleep', threads: 7, rssBytes: 12_288 }),
    ])
  },
)

test('a process without a name is told as a question mark', () => {
  using host = fixtureHost()
  const { read } = readerOf(host)
  host.write('proc/10/stat', statLine({ pid: 10, name: '' }))
  expect(read(0).top[0]?.name).toBe('?')
})

test('a process that ends between the listing and the reading is left out without a word', () => {
  using host = fixtureHost()
  const { read, unavailable } = readerOf(host)
  host.write('proc/10/stat', statLine({ pid: 10, name: 'here' }))
  host.write('proc/11/stat', '')
  host.write('proc/12/cmdline', 'the directory is there, its stat is not')
  host.write('proc/13/stat', statLine({ pid: 13, name: 'cut' }).slice(0, 40))
  expect(read(0)).toMatchObject({ total: 1, threads: 1, byStatus: { sleeping: 1 } })
  expect(unavailable.reasons()).toBeUndefined()
})

test('the top by CPU and the top by memory come together, once each, most CPU first', () => {
  using host = fixtureHost()
  const { read } = readerOf(host, 2)
  const write = (pid: number, cpuTicks: number, rssPages: number) =>
    host.write(`proc/${pid}/stat`, statLine({ pid, name: `p${pid}`, cpuTicks, rssPages }))
  for (const pid of [10, 11, 12, 13, 14]) write(pid, 0, 0)
  read(0)
  write(10, 10, 900)
  write(11, 20, 1)
  write(12, 5, 800)
  write(13, 30, 2)
  write(14, 40, 950)
  expect(read(1_000).top.map(({ pid }) => pid)).toEqual([14, 13, 10])
})

test('users have their names, and those that nobody knows their numbers', () => {
  using host = fixtureHost()
  const { read } = readerOf(host)
  host.write('proc/10/stat', statLine({ pid: 10, name: 'a', rssPages: 2 }))
  host.write('proc/10/status', 'Name:\ta\nUid:\t0\t1\t0\t0\n')
  host.write('proc/11/stat', statLine({ pid: 11, name: 'b', rssPages: 1 }))
  host.write('proc/11/status', 'Name:\tb\nUid:\t70000\t70000\t70000\t70000\n')
  host.write('proc/11/fd/0', '')
  host.write('proc/11/fd/1', '')
  const { top } = read(0)
  expect(top.map(({ user }) => user)).toEqual(['daemon', '70000'])
  expect(top[1]?.openFiles).toBe(2)
})

test('no more files are kept open than may be, and all are closed', () => {
  using host = fixtureHost()
  host.remove('proc/1')
  host.remove('proc/2')
  for (const pid of [10, 11, 12]) host.write(`proc/${pid}/stat`, statLine({ pid, name: 'n', cpuTicks: 1 }))
  const table = openProcessTable({ proc: host.roots.proc, maxKeptFiles: 2 })
  expect(table.scan().entries).toHaveLength(3)
  expect(table.keptFiles()).toBe(2)
  const second = table.scan().entries
  expect(second.map(({ cpuTicksBefore }) => cpuTicksBefore)).toEqual([1, 1, 1])
  host.remove('proc/10')
  expect(table.scan().entries).toHaveLength(2)
  expect(table.keptFiles()).toBe(1)
  table.scan()
  expect(table.keptFiles()).toBe(2)
  table.close()
  expect(table.keptFiles()).toBe(0)
})
