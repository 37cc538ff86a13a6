import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import {
  createProcessesReader,
  type ProcessesOptions,
  type ProcessesReader,
} from '../../../../agent/collect/processes.ts'
import { createFileReader } from '../../../../agent/collect/read-file.ts'
import { createUnavailable } from '../../../../agent/collect/unavailable.ts'
import type { ProcessesSample } from '../../../../core/snapshot.ts'
import { type FixtureHost, fixtureHost, statLine } from './fixture.ts'

const bootAtMs = 1_795_415_086_000
let opened: ProcessesReader | undefined
afterEach(() => opened?.close())

interface Taken {
  processes: ProcessesSample
  unavailable: Record<string, string>
}

/** Without the captured processes. */
function readerOf(host: FixtureHost, options: Partial<ProcessesOptions> = {}): (monotonicMs: number) => Taken {
  host.remove('proc/1')
  host.remove('proc/2')
  const reader = createProcessesReader({ files: createFileReader(), roots: host.roots, topProcesses: 5, ...options })
  opened = reader
  return (monotonicMs) => {
    const unavailable = createUnavailable()
    const sinceBootMs = 6_000_000 + monotonicMs
    const processes = reader.read({
      observedAtMs: bootAtMs + sinceBootMs,
      monotonicMs,
      bootAtMs,
      sinceBootMs,
      unavailable,
    })
    return { processes, unavailable: unavailable.reasons() ?? {} }
  }
}

function ioText(readBytes: number, writtenBytes: number): string {
  return `rchar: 9\nwchar: 9\nsyscr: 9\nsyscw: 9\nread_bytes: ${readBytes}\nwrite_bytes: ${writtenBytes}\ncancelled_write_bytes: 0\n`
}

const limitsText = (soft: string) =>
  `Limit                     Soft Limit           Hard Limit           Units     \nMax open files            ${soft.padEnd(20)} 524288               files     \n`

test('a row has parent, limit of open files and I/O', () => {
  using host = fixtureHost()
  const take = readerOf(host)
  host.write('proc/10/stat', statLine({ pid: 10, name: 'db', ppid: 7 }))
  host.write('proc/10/limits', limitsText('1024'))
  host.write('proc/10/io', ioText(1_000, 5_000))
  const [first] = take(0).processes.top
  expect(first).toMatchObject({ ppid: 7, openFilesLimit: 1_024 })
  expect(first).not.toHaveProperty('readBytesPerSecond')
  host.write('proc/10/io', ioText(1_000, 25_000))
  expect(take(10_000).processes.top[0]).toMatchObject({ readBytesPerSecond: 0, writtenBytesPerSecond: 2_000 })
})

test('no limit of open files is none, and not 0', () => {
  using host = fixtureHost()
  const take = readerOf(host)
  host.write('proc/10/stat', statLine({ pid: 10, name: 'db' }))
  host.write('proc/10/limits', limitsText('unlimited'))
  expect(take(0).processes.top[0]).not.toHaveProperty('openFilesLimit')
})

test('a limit that was changed is noticed within ten minutes, and not asked for meanwhile', () => {
  using host = fixtureHost()
  const take = readerOf(host)
  host.write('proc/10/stat', statLine({ pid: 10, name: 'db' }))
  const limitAt = (ms: number) => take(ms).processes.top[0]?.openFilesLimit
  host.write('proc/10/limits', limitsText('1024'))
  expect(limitAt(0)).toBe(1_024)
  host.write('proc/10/limits', limitsText('4096'))
  expect(limitAt(599_000)).toBe(1_024)
  expect(limitAt(600_000)).toBe(4_096)
})

test('I/O is a rate over the last interval only: back in the top after a pause there is none', () => {
  using host = fixtureHost()
  const take = readerOf(host, { topProcesses: 1 })
  const write = (pid: number, rssPages: number, writtenBytes: number) => {
    host.write(`proc/${pid}/stat`, statLine({ pid, name: `p${pid}`, rssPages }))
    host.write(`proc/${pid}/io`, ioText(0, writtenBytes))
  }
  write(10, 900, 0)
  write(11, 1, 0)
  take(0)
  write(10, 1, 50_000)
  write(11, 900, 50_000)
  expect(take(10_000).processes.top).toEqual([
    expect.not.objectContaining({ writtenBytesPerSecond: expect.anything() }),
  ])
  write(10, 900, 90_000)
  expect(take(20_000).processes.top).toEqual([
    expect.not.objectContaining({ writtenBytesPerSecond: expect.anything() }),
  ])
  write(10, 900, 100_000)
  expect(take(30_000).processes.top).toEqual([expect.objectContaining({ pid: 10, writtenBytesPerSecond: 1_000 })])
})

test('one that started since the snapshot before did all its I/O since then', () => {
  using host = fixtureHost()
  const take = readerOf(host)
  take(0)
  host.write('proc/10/stat', statLine({ pid: 10, name: 'burst', startTicks: 600_200 }))
  host.write('proc/10/io', ioText(10_000, 20_000))
  expect(take(10_000).processes.top[0]).toMatchObject({ readBytesPerSecond: 1_000, writtenBytesPerSecond: 2_000 })
})

test('proportional memory comes on demand', () => {
  using host = fixtureHost()
  host.write('proc/self/smaps_rollup', '')
  const take = readerOf(host, { pss: true })
  host.write('proc/10/stat', statLine({ pid: 10, name: 'db' }))
  host.write(
    'proc/10/smaps_rollup',
    '0-1 ---p 0 00:00 0 [rollup]\nRss: 9 kB\nPss:                 300 kB\nPss_Dirty: 5 kB\n',
  )
  expect(take(0).processes.top[0]?.pssBytes).toBe(307_200)
  host.remove('proc/self/smaps_rollup')
})

test('a kernel without I/O accounting or proportional memory is named', () => {
  using host = fixtureHost()
  host.remove('proc/self/io')
  const take = readerOf(host, { pss: true })
  host.write('proc/10/stat', statLine({ pid: 10, name: 'db' }))
  expect(take(0).unavailable).toEqual({
    'processes.io': expect.stringContaining('not in this kernel'),
    'processes.pssBytes': expect.stringContaining('Linux 4.14'),
  })
})

test('the top by open files comes on demand, from all processes', () => {
  using host = fixtureHost()
  for (const [pid, count] of [
    [10, 3],
    [11, 5],
    [12, 0],
    [13, 4],
  ] as const) {
    host.write(`proc/${pid}/stat`, statLine({ pid, name: `p${pid}`, rssPages: pid === 12 ? 900 : 0 }))
    for (let fd = 0; fd < count; fd++) host.write(`proc/${pid}/fd/${fd}`, '')
  }
  const take = readerOf(host, { topProcesses: 1, topOpenFiles: 2 })
  expect(take(0).processes.top.map(({ pid, openFiles }) => [pid, openFiles])).toEqual([
    [12, undefined],
    [11, 5],
    [13, 4],
  ])
})

test.each([
  [2, 'hidepid=2', 'mount it with gid=N'],
  ['invisible', 'gid=27,hidepid=invisible', 'group 27'],
  ['ptraceable', 'hidepid=ptraceable', 'processes of other users are not seen'],
])('hidepid=%s is named where process 1 is not to be seen', (_, options, expected) => {
  using host = fixtureHost()
  const take = readerOf(host)
  host.write('proc/self/mountinfo', `22 27 0:21 / /proc rw,relatime - proc proc rw,${options}\n`)
  host.write('proc/10/stat', statLine({ pid: 10, name: 'mine' }))
  expect(take(0).unavailable.processes).toContain(expected)
  host.write('proc/1/stat', statLine({ pid: 1, name: 'init' }))
  expect(take(1_000).unavailable).toEqual({})
})

test('a process that refuses to be read is named, and counted with its kind', () => {
  using host = fixtureHost()
  const take = readerOf(host)
  host.write('proc/10/stat', statLine({ pid: 10, name: 'fine' }))
  mkdirSync(join(host.roots.proc, '11', 'stat'), { recursive: true })
  const { processes, unavailable } = take(0)
  expect(processes.total).toBe(1)
  expect(unavailable.processes).toContain('1 not readable: EISDIR')
})

test.each([
  ['postgres-export', 'postgres_exporter\0--web', 'postgres-export'],
  ['postgres-export', '/usr/bin/postgres-exporter\0--web', 'postgres-exporter'],
  ['postgres-export', '', 'postgres-export'],
  ['short', '/usr/bin/short-but-longer', 'short'],
  ['MainThread', '/usr/bin/node\0server.js', 'node'],
  ['MainThread', 'npm run build of /srv/app', 'npm'],
  ['MainThread', '', 'MainThread'],
])('%s, started as %j, is called %s', (name, cmdline, expected) => {
  using host = fixtureHost()
  const take = readerOf(host)
  host.write('proc/10/stat', statLine({ pid: 10, name }))
  host.write('proc/10/cmdline', cmdline)
  expect(take(0).processes.top[0]?.name).toBe(expected)
})

test('bytes that are no UTF-8 are told as what they are not', () => {
  using host = fixtureHost()
  const take = readerOf(host)
  const [before = '', after = ''] = statLine({ pid: 10, name: '|' }).split('|')
  host.write('proc/10/stat', Buffer.concat([Buffer.from(before), Buffer.from([0x61, 0xff, 0xfe]), Buffer.from(after)]))
  expect(take(0).processes.top[0]?.name).toBe('a\ufffd\ufffd')
})
