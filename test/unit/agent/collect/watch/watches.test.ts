import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, expect, test } from 'vitest'
import { createProcessesReader, type ProcessesReader } from '../../../../../agent/collect/processes.ts'
import { createFileReader } from '../../../../../agent/collect/read-file.ts'
import type { Roots } from '../../../../../agent/collect/roots.ts'
import { createUnavailable } from '../../../../../agent/collect/unavailable.ts'
import type { ProcessEvent } from '../../../../../agent/collect/watch/events.ts'
import type { ProcessesSample } from '../../../../../core/snapshot.ts'
import { type FixtureHost, fixtureHost, statLine } from '../fixture.ts'

const bootAtMs = 1_795_415_086_000
const opened: ProcessesReader[] = []
afterEach(() => {
  for (const reader of opened.splice(0)) reader.close()
})

interface Taken {
  processes: ProcessesSample
  events: ProcessEvent[]
  unavailable: Record<string, string>
}

function watcherOf(host: FixtureHost, watches: string[], topProcesses = 0): (monotonicMs: number) => Taken {
  host.remove('proc/1')
  host.remove('proc/2')
  return takerOf(host.roots, watches, topProcesses)
}

function takerOf(roots: Roots, watches: string[], topProcesses = 0): (monotonicMs: number) => Taken {
  const reader = createProcessesReader({ files: createFileReader(), roots, topProcesses, watches })
  opened.push(reader)
  return (monotonicMs) => {
    const unavailable = createUnavailable()
    const sinceBootMs = 6_000_000 + monotonicMs
    const observedAtMs = bootAtMs + sinceBootMs
    const processes = reader.read({ observedAtMs, monotonicMs, bootAtMs, sinceBootMs, unavailable })
    const events = reader.takeEvents(unavailable) ?? []
    return { processes, events, unavailable: unavailable.reasons() ?? {} }
  }
}

test('every watched process has a row with the first expression that matches it, and every expression its count', () => {
  using host = fixtureHost()
  const pidFile = join(host.roots.etc, 'b.pid')
  const take = watcherOf(host, ['name:ngi*', 'user:daemon', `pidfile:${pidFile}`, 'unit:web', 'name:gone'])
  host.write('proc/self/mountinfo', '5 1 0:9 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n')
  host.write('sys/fs/cgroup/system.slice/web.service/cgroup.procs', '13\n99\n')
  host.write('etc/b.pid', '12\n')
  host.write('proc/10/stat', statLine({ pid: 10, name: 'nginx' }))
  host.write('proc/10/status', 'Uid:\t0\t1\t0\t0\n')
  for (const pid of [11, 12, 13, 14]) host.write(`proc/${pid}/stat`, statLine({ pid, name: `p${pid}` }))
  host.write('proc/11/status', 'Uid:\t0\t1\t0\t0\n')
  const { processes, events, unavailable } = take(0)
  expect(processes.watches).toEqual({
    'name:ngi*': 1,
    'user:daemon': 2,
    [`pidfile:${pidFile}`]: 1,
    'unit:web': 1,
    'name:gone': 0,
  })
  expect(Object.fromEntries(processes.top.map(({ pid, watch }) => [pid, watch]))).toEqual({
    10: 'name:ngi*',
    11: 'user:daemon',
    12: `pidfile:${pidFile}`,
    13: 'unit:web',
  })
  expect(events).toEqual([])
  expect(unavailable).toEqual({})
})

test('without watches nothing of them is told', () => {
  using host = fixtureHost()
  const { processes, events } = watcherOf(host, [])(0)
  expect(processes).not.toHaveProperty('watches')
  expect(events).toEqual([])
})

test('a watch that cannot be evaluated is named, has no count, and tells afterwards what it missed', () => {
  using host = fixtureHost()
  const pidFile = join(host.roots.etc, 'b.pid')
  const expression = `pidfile:${pidFile}`
  const take = watcherOf(host, [expression, 'user:nobody-here', 'unit:web', 'name:a'])
  host.write('proc/10/stat', statLine({ pid: 10, name: 'a' }))
  host.write('etc/b.pid', '10\n')
  const first = take(0)
  expect(first.processes.watches).toEqual({ [expression]: 1, 'name:a': 1 })
  expect(first.unavailable).toEqual({
    'processes.watches.user:nobody-here': expect.stringContaining('no user "nobody-here"'),
    'processes.watches.unit:web': expect.stringContaining('no systemd'),
  })
  host.remove('proc/10')
  host.write('proc/11/stat', statLine({ pid: 11, name: 'a', startTicks: 600_500 }))
  host.write('etc/b.pid', '')
  const second = take(10_000)
  expect(second.unavailable).toHaveProperty([`processes.watches.${expression}`])
  expect(second.processes.watches).toEqual({ 'name:a': 1 })
  expect(second.events.map(({ watch }) => watch)).toEqual(['name:a'])
  host.write('etc/b.pid', '11\n')
  expect(take(20_000).events).toEqual([
    {
      kind: 'process-restarted',
      atMs: bootAtMs + 6_020_000,
      watch: expression,
      name: 'a',
      pid: 11,
      startedAtMs: bootAtMs + 6_005_000,
      before: { pid: 10, startedAtMs: bootAtMs + 1_000 },
    },
  ])
})

test('a process that refuses to be read once has neither ended nor started', () => {
  using host = fixtureHost()
  keepNoFiles(host)
  const take = watcherOf(host, ['name:a'])
  const stat = join(host.roots.proc, '10', 'stat')
  host.write('proc/10/stat', statLine({ pid: 10, name: 'a' }))
  take(0)
  rmSync(stat)
  mkdirSync(stat)
  const refused = take(10_000)
  rmSync(stat, { recursive: true })
  host.write('proc/10/stat', statLine({ pid: 10, name: 'a' }))
  const after = take(20_000)
  expect([...refused.events, ...after.events]).toEqual([])
  expect(refused.unavailable.processes).toContain('1 not readable')
  expect(refused.processes.total).toBe(0)
  expect(refused.processes.watches).toEqual({ 'name:a': 1 })
  expect(after.processes.watches).toEqual({ 'name:a': 1 })
})

test('a listing that fails loses no event: it comes with the next', () => {
  using host = fixtureHost()
  const take = watcherOf(host, ['name:a'])
  host.write('proc/10/stat', statLine({ pid: 10, name: 'a' }))
  take(0)
  host.remove('proc')
  const failed = take(10_000)
  expect(failed).toMatchObject({ processes: { top: [] }, events: [], unavailable: { processes: expect.any(String) } })
  expect(failed.processes).not.toHaveProperty('watches')
  host.write('proc/11/stat', statLine({ pid: 11, name: 'b' }))
  const { events, processes } = take(20_000)
  expect(events).toMatchObject([{ kind: 'process-ended', pid: 10, name: 'a' }])
  expect(processes.watches).toEqual({ 'name:a': 0 })
})

test('a zombie has ended; a process whose first thread has ended has not', () => {
  using host = fixtureHost()
  const take = watcherOf(host, ['name:a'])
  host.write('proc/10/stat', statLine({ pid: 10, name: 'a' }))
  host.write('proc/11/stat', statLine({ pid: 11, name: 'a' }))
  take(0)
  host.write('proc/10/stat', statLine({ pid: 10, name: 'a', state: 'Z' }))
  host.write('proc/11/stat', statLine({ pid: 11, name: 'a', state: 'Z', threads: 2 }))
  const { events, processes } = take(10_000)
  expect(events).toMatchObject([{ kind: 'process-ended', pid: 10 }])
  expect(processes.watches).toEqual({ 'name:a': 1 })
  host.remove('proc/10')
  expect(take(20_000).events).toEqual([])
})

test('a process that takes another name, or another user, leaves one watch for another', () => {
  using host = fixtureHost()
  const take = watcherOf(host, ['name:sh', 'name:nginx', 'user:root', 'user:daemon'])
  host.write('proc/10/stat', statLine({ pid: 10, name: 'sh', startTicks: 599_900 }))
  host.write('proc/10/status', 'Uid:\t0\t0\t0\t0\n')
  take(0)
  host.write('proc/10/stat', statLine({ pid: 10, name: 'nginx', startTicks: 599_900 }))
  host.write('proc/10/status', 'Uid:\t0\t1\t0\t0\n')
  expect(take(10_000).events.map(({ kind, watch }) => [kind, watch])).toEqual([
    ['process-ended', 'name:sh'],
    ['process-started', 'name:nginx'],
    ['process-ended', 'user:root'],
    ['process-started', 'user:daemon'],
  ])
})

test('a machine that slept for a day tells what changed, once', () => {
  using host = fixtureHost()
  const take = watcherOf(host, ['name:a'])
  host.write('proc/10/stat', statLine({ pid: 10, name: 'a' }))
  take(0)
  host.write('proc/10/stat', statLine({ pid: 10, name: 'a', startTicks: 700_000 }))
  expect(take(86_400_000).events).toMatchObject([{ kind: 'process-restarted', pid: 10, before: { pid: 10 } }])
  expect(take(86_460_000).events).toEqual([])
})

test('more watched processes than a snapshot takes are counted, and the tops are kept', () => {
  using host = fixtureHost()
  for (let pid = 100; pid < 400; pid++) {
    host.write(`proc/${pid}/stat`, statLine({ pid, name: pid < 390 ? 'many' : 'top', rssPages: pid < 390 ? 1 : 900 }))
  }
  const { processes, unavailable } = watcherOf(host, ['name:many'], 10)(0)
  expect(processes.watches).toEqual({ 'name:many': 290 })
  expect(processes.top).toHaveLength(256)
  expect(processes.top.filter(({ name }) => name === 'top')).toHaveLength(10)
  expect(unavailable['processes.top']).toBe('44 more than 256 are not told')
})

test('events that are too many to be told are counted', () => {
  using host = fixtureHost()
  const take = watcherOf(host, ['name:many'])
  take(0)
  for (let pid = 100; pid < 400; pid++) host.write(`proc/${pid}/stat`, statLine({ pid, name: 'many' }))
  const { events, unavailable } = take(10_000)
  expect(events).toHaveLength(256)
  expect(unavailable.events).toBe('44 more than 256 are not told')
})

test('an expression that is none is refused when the collector is opened', () => {
  using host = fixtureHost()
  expect(() => watcherOf(host, ['tty:1'])).toThrow('not "tty:1"')
})

const processRow = fc.record({
  pid: fc.integer({ min: 10, max: 14 }),
  startTicks: fc.integer({ min: 1, max: 3 }),
  name: fc.constantFrom('nginx', 'nginx: (a) b', 'cron\n'),
  state: fc.constantFrom('S', 'R', 'Z'),
})
const table = fc.record({
  rows: fc.uniqueArray(processRow, { selector: ({ pid }) => pid, maxLength: 5 }),
  isListed: fc.boolean(),
})

test('in any history of process tables, births less deaths are how the counts changed', { timeout: 60_000 }, () => {
  const directory = mkdtempSync(join(tmpdir(), 'vitals-proc-'))
  const roots = { proc: join(directory, 'proc'), sys: directory, etc: directory }
  const watches = ['name:nginx*', 'name:*', `pidfile:${directory}/a.pid`]
  writeFileSync(join(directory, 'a.pid'), '12\n')
  let eventsSeen = 0
  fc.assert(
    fc.property(fc.array(table, { minLength: 1, maxLength: 8 }), (history) => {
      writeTable(roots.proc, [])
      const take = takerOf(roots, watches)
      let first: Record<string, number> | undefined
      let last: Record<string, number> | undefined
      const events: ProcessEvent[] = []
      for (const [index, { rows, isListed }] of history.entries()) {
        if (isListed) writeTable(roots.proc, rows)
        else rmSync(roots.proc, { recursive: true, force: true })
        const taken = take(index * 10_000)
        expect(taken.processes.watches === undefined).toBe(!isListed)
        if (isListed) expect(taken.processes.watches?.['name:*']).toBe(rows.filter(({ state }) => state !== 'Z').length)
        first ??= taken.processes.watches
        last = taken.processes.watches ?? last
        events.push(...taken.events)
      }
      for (const watch of watches) {
        const of = (kind: string) => events.filter((event) => event.kind === kind && event.watch === watch).length
        const change = (last?.[watch] ?? 0) - (first?.[watch] ?? 0)
        expect(of('process-started') - of('process-ended')).toBe(change)
      }
      eventsSeen += events.length
    }),
  )
  rmSync(directory, { recursive: true })
  expect(eventsSeen).toBeGreaterThan(0)
})

function writeTable(proc: string, rows: { pid: number; startTicks: number; name: string; state: string }[]): void {
  rmSync(proc, { recursive: true, force: true })
  mkdirSync(join(proc, 'self'), { recursive: true })
  writeFileSync(join(proc, 'self', 'limits'), noFilesText)
  for (const row of rows) {
    mkdirSync(join(proc, String(row.pid)))
    writeFileSync(join(proc, String(row.pid), 'stat'), statLine(row))
  }
}

/** So few files may be open that none is kept: a kept one belongs to what a test has taken away. */
const noFilesText = 'Max open files            3                    3                    files     \n'

function keepNoFiles(host: FixtureHost): void {
  host.write('proc/self/limits', noFilesText)
}
