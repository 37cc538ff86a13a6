import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { systemClock } from '../../../../../adapters/clock/system.ts'
import type { Collector } from '../../../../../agent/collect/collector.ts'
import { openCollector } from '../../../../../agent/collect/open.ts'
import type { ProcessSample, Snapshot } from '../../../../../core/snapshot.ts'

let directory: string
/** A program of a name that nothing else on this machine has. */
let program: string
let collector: Collector | undefined
const children: ChildProcess[] = []

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'vitals-watch-'))
  program = `vt${process.pid % 1_000_000}-sleep`
  copyFileSync('/bin/sleep', join(directory, program))
})

afterEach(async () => {
  collector?.close()
  for (const child of children.splice(0)) await stop(child)
  rmSync(directory, { recursive: true })
})

async function start(command: string, args: string[]): Promise<ChildProcess & { pid: number }> {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  children.push(child)
  await once(child, 'spawn')
  return child as ChildProcess & { pid: number }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGKILL')
  await once(child, 'exit')
}

const startSleeper = () => start(join(directory, program), ['600'])

function watching(...watches: string[]): () => Promise<Snapshot> {
  const opened = openCollector({ clock: systemClock, topProcesses: 0, watches })
  collector = opened
  return () => opened.collect({ intervalMs: 1_000 })
}

const rowOf = ({ processes }: Snapshot, pid: number): ProcessSample | undefined =>
  processes.top.find((row) => row.pid === pid)

test('a process that is watched by its name is born, starts anew and dies', async () => {
  const watch = `name:vt${process.pid % 1_000_000}-*`
  const take = watching(watch)
  const before = await take()
  expect(before.processes.watches).toEqual({ [watch]: 0 })
  expect(before.events).toBeUndefined()

  const first = await startSleeper()
  const born = await take()
  expect(born.processes.watches).toEqual({ [watch]: 1 })
  expect(born.events).toEqual([
    {
      kind: 'process-started',
      atMs: born.observedAtMs,
      watch,
      name: program,
      pid: first.pid,
      startedAtMs: expect.any(Number),
    },
  ])
  // On a machine that is busy it may not have got to its sleep yet.
  const status = expect.stringMatching(/^(?:sleeping|running)$/)
  expect(rowOf(born, first.pid)).toMatchObject({ name: program, watch, ppid: process.pid, status })
  expect(Math.abs((rowOf(born, first.pid)?.startedAtMs ?? 0) - Date.now())).toBeLessThan(10_000)

  await stop(first)
  const second = await startSleeper()
  const anew = await take()
  expect(anew.processes.watches).toEqual({ [watch]: 1 })
  expect(anew.events).toMatchObject([{ kind: 'process-restarted', pid: second.pid, before: { pid: first.pid } }])
  expect(anew.events?.[0]?.before?.startedAtMs).toBe(born.events?.[0]?.startedAtMs)

  await stop(second)
  const gone = await take()
  expect(gone.processes.watches).toEqual({ [watch]: 0 })
  expect(gone.events).toMatchObject([{ kind: 'process-ended', pid: second.pid, name: program }])
  expect((await take()).events).toBeUndefined()
})

test('a process that is watched by its pid file starts anew and dies', async () => {
  const path = join(directory, 'a.pid')
  const watch = `pidfile:${path}`
  const first = await startSleeper()
  writeFileSync(path, `${first.pid}\n`)
  const take = watching(watch)
  expect((await take()).processes.watches).toEqual({ [watch]: 1 })

  await stop(first)
  const second = await startSleeper()
  writeFileSync(path, `${second.pid}\n`)
  expect((await take()).events).toMatchObject([
    { kind: 'process-restarted', watch, pid: second.pid, before: { pid: first.pid } },
  ])
  rmSync(path)
  expect(await take()).toMatchObject({ processes: { watches: { [watch]: 0 } }, events: [{ kind: 'process-ended' }] })
})

test('a process that is watched by its user is born and dies', async () => {
  const watch = `user:${execFileSync('id', ['-un'], { encoding: 'utf8' }).trim()}`
  const take = watching(watch)
  await take()
  const child = await startSleeper()
  const eventsOf = ({ events = [] }: Snapshot) => events.filter(({ pid }) => pid === child.pid)
  const born = await take()
  expect(eventsOf(born)).toMatchObject([{ kind: 'process-started', watch, name: program }])
  expect(born.processes.watches?.[watch]).toBeGreaterThan(1)
  await stop(child)
  expect(eventsOf(await take())).toMatchObject([{ kind: 'process-ended', watch }])
})

/** Holds so many files, writes as it is told, and says when it has. */
const worker = `
  const { openSync, writeSync, fsyncSync } = require('node:fs')
  const [path] = process.argv.slice(1)
  for (let held = 0; held < 40; held++) openSync(path, 'a')
  const fd = openSync(path, 'w')
  process.stdin.on('data', (text) => {
    writeSync(fd, Buffer.alloc(Number(text), 1))
    fsyncSync(fd)
    process.stdout.write('done')
  })
  process.stdout.write('up')
`

test('files, limits, threads and I/O of a real process are those that the system tells', async () => {
  const path = join(import.meta.dirname, `.written-${process.pid}`)
  const limited = `ulimit -n 777; exec "${process.execPath}" -e '${worker.replaceAll("'", '"')}' "${path}"`
  try {
    const child = await start('sh', ['-c', limited])
    await once(child.stdout as NodeJS.ReadableStream, 'data')
    const pidFile = join(directory, 'w.pid')
    writeFileSync(pidFile, String(child.pid))
    const take = watching(`pidfile:${pidFile}`)
    const before = await take()
    const row = rowOf(before, child.pid)
    expect(row?.openFiles).toBe(readdirSync(`/proc/${child.pid}/fd`).length)
    expect(row?.openFiles).toBeGreaterThan(40)
    expect(row?.openFilesLimit).toBe(777)
    expect(row?.threads).toBe(readdirSync(`/proc/${child.pid}/task`).length)
    expect(row).not.toHaveProperty('writtenBytesPerSecond')

    const bytes = 8 * 1024 * 1024
    child.stdin?.write(String(bytes))
    await once(child.stdout as NodeJS.ReadableStream, 'data')
    // The two clocks below are read a moment apart, which is long on a machine that is busy: the time between is longer.
    await delay(2_000)
    const after = await take()
    const elapsedMs = (after.sinceBootMs ?? 0) - (before.sinceBootMs ?? 0)
    const written = ((rowOf(after, child.pid)?.writtenBytesPerSecond ?? 0) * elapsedMs) / 1_000
    // Of the kernel's own count.
    expect(Math.abs(written - writtenBytesOf(child.pid))).toBeLessThan(bytes * 0.25)
    expect(writtenBytesOf(child.pid)).toBeGreaterThanOrEqual(bytes)
  } finally {
    rmSync(path, { force: true })
  }
})

function writtenBytesOf(pid: number): number {
  return Number(/^write_bytes: (\d+)/m.exec(readFileSync(`/proc/${pid}/io`, 'utf8'))?.[1])
}

test('proportional memory is that of the kernel, and no more than the resident', async () => {
  const child = await startSleeper()
  const path = join(directory, 'a.pid')
  writeFileSync(path, String(child.pid))
  const opened = openCollector({ clock: systemClock, topProcesses: 0, watches: [`pidfile:${path}`], pss: true })
  collector = opened
  const row = rowOf(await opened.collect({ intervalMs: 1_000 }), child.pid)
  const kernel = /^Pss: +(\d+) kB/m.exec(readFileSync(`/proc/${child.pid}/smaps_rollup`, 'utf8'))?.[1]
  expect(Math.abs((row?.pssBytes ?? 0) - Number(kernel) * 1_024)).toBeLessThan(256 * 1_024)
  expect(row?.pssBytes).toBeGreaterThan(0)
})

test('a unit of this machine is told, or why none can be', async () => {
  const take = watching('unit:vitals-no-such-unit')
  const { processes, unavailable } = await take()
  const reason = unavailable?.['processes.watches.unit:vitals-no-such-unit']
  if (reason === undefined) expect(processes.watches).toEqual({ 'unit:vitals-no-such-unit': 0 })
  else expect(reason).toContain('no systemd')
})
