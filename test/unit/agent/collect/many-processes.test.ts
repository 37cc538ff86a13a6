import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createProcessesReader } from '../../../../agent/collect/processes.ts'
import { createFileReader } from '../../../../agent/collect/read-file.ts'
import { createUnavailable } from '../../../../agent/collect/unavailable.ts'
import { statLine } from './fixture.ts'

const processes = 20_000
/** Of those that may be open. */
const openFilesLimit = 4_000
let directory: string

beforeAll(() => {
  directory = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'vitals-many-'))
  mkdirSync(join(directory, 'self'))
  writeFileSync(
    join(directory, 'self', 'limits'),
    `Max open files            ${openFilesLimit}  ${openFilesLimit}  files\n`,
  )
  for (let pid = 1; pid <= processes; pid++) {
    mkdirSync(join(directory, String(pid)))
    write(pid, pid % 100 === 0 ? 'watched' : 'other')
  }
}, 120_000)

afterAll(() => rmSync(directory, { recursive: true }), 120_000)

function write(pid: number, name: string, startTicks = 100): void {
  writeFileSync(join(directory, String(pid), 'stat'), statLine({ pid, name, startTicks, rssPages: pid }))
}

test('20,000 processes: all are counted, watched ones are told, files stay within bounds, and it takes its share of time', {
  timeout: 120_000,
}, () => {
  const roots = { proc: directory, sys: directory, etc: directory }
  const filesBefore = openFilesOfThisProcess()
  const reader = createProcessesReader({
    files: createFileReader(),
    roots,
    topProcesses: 10,
    watches: ['name:watched'],
  })
  const read = (monotonicMs: number) => {
    const unavailable = createUnavailable()
    const sinceBootMs = 6_000_000 + monotonicMs
    const started = process.cpuUsage()
    const sample = reader.read({ observedAtMs: sinceBootMs, monotonicMs, bootAtMs: 0, sinceBootMs, unavailable })
    const { user, system } = process.cpuUsage(started)
    return { sample, events: reader.takeEvents(unavailable) ?? [], cpuMs: (user + system) / 1_000 }
  }
  try {
    const first = read(0)
    expect(first.sample).toMatchObject({ total: processes, watches: { 'name:watched': 200 } })
    expect(first.sample.top).toHaveLength(
      210 - first.sample.top.filter(({ pid, watch }) => watch && pid > 19_990).length,
    )
    expect(openFilesOfThisProcess() - filesBefore).toBeLessThanOrEqual(openFilesLimit / 4 + 8)
    write(100, 'watched', 599_000)
    write(200, 'gone')
    const { events, sample, cpuMs } = read(10_000)
    expect(sample.watches).toEqual({ 'name:watched': 199 })
    expect(events.map(({ kind, pid }) => [kind, pid]).sort()).toEqual([
      ['process-ended', 200],
      ['process-restarted', 100],
    ])
    // Some 300 ms on a loaded machine; a quadratic step would take minutes.
    expect(cpuMs).toBeLessThan(5_000)
  } finally {
    reader.close()
  }
  expect(openFilesOfThisProcess()).toBeLessThanOrEqual(filesBefore + 8)
})

function openFilesOfThisProcess(): number {
  return readdirSync('/proc/self/fd').length
}
