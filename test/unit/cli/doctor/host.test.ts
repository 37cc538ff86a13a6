/** Checks of the kernel, of processes and of a snapshot: on this machine, and on a /proc that lacks things. */
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { systemClock } from '../../../../adapters/clock/system.ts'
import { kernelCheck } from '../../../../cli/doctor/kernel.ts'
import { processesCheck } from '../../../../cli/doctor/processes.ts'
import { snapshotCheck } from '../../../../cli/doctor/snapshot.ts'
import { makeContext, told } from './context.ts'

const captured = join(import.meta.dirname, '..', '..', '..', 'fixtures', 'proc', 'linux-6.18', 'proc')

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'vitals-doctor-'))
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

/** As an old kernel in a container has it. */
function poorProc(): string {
  const proc = join(directory, 'proc')
  mkdirSync(join(proc, 'self', 'fd'), { recursive: true })
  writeFileSync(join(proc, 'self', 'cgroup'), '')
  writeFileSync(
    join(proc, 'self', 'mountinfo'),
    '1 0 0:5 / /proc rw - proc proc rw,hidepid=2\n2 1 8:1 / / rw - ext4 /dev/sda rw\n',
  )
  writeFileSync(
    join(proc, 'self', 'limits'),
    'Max open files            8                    8                    files\n',
  )
  return proc
}

const rootsOf = (proc: string) => ({ proc, sys: join(directory, 'sys'), units: [] })

it('names each thing that the kernel lacks, the metric that goes with it and how to have it', async () => {
  const results = await kernelCheck.run(makeContext({}, { roots: rootsOf(poorProc()) }))
  const lacking = results.filter(({ finding }) => finding === 'kernel-lacks')
  expect(lacking.map(({ name }) => name)).toEqual([
    'pressure of cpu',
    'pressure of memory',
    'pressure of io',
    'count of open files',
    'sockets',
    'block devices',
    'control groups',
  ])
  expect(lacking[2]).toMatchObject({ found: 'not told (PSI): ioPressure', remedy: expect.stringMatching(/^psi=1/) })
  const hidden = results.find(({ name }) => name === 'hidden processes')
  // Root sees through it.
  const expected = process.getuid?.() === 0 ? /which root sees through/ : /others are not seen/
  expect(hidden?.found).toMatch(expected)
})

it('finds on this machine what this machine has', async () => {
  const results = await kernelCheck.run(makeContext())
  expect(told(results)).toContain('block devices: ok')
  expect(results.map(({ name }) => name)).toContain('hidden processes')
})

it('counts the processes whose files may be kept open, and tells the limit that would do', async () => {
  const proc = poorProc()
  for (let pid = 1; pid <= 5; pid++) mkdirSync(join(proc, String(pid), 'fd'), { recursive: true })
  const [rights, limit] = await processesCheck.run(makeContext({}, { roots: rootsOf(proc) }))
  expect(rights).toMatchObject({ outcome: 'ok', found: 'readable of 5 processes' })
  expect(limit).toMatchObject({ finding: 'few-files', found: '2 files may be kept open, for 5 processes' })
  expect(limit?.remedy).toBe('LimitNOFILE=512 in the unit, or: ulimit -n 512')
})

it('takes a real snapshot, and tells its cost against what it may cost', async () => {
  const cheap = await snapshotCheck.run(makeContext({ maxCpuPercent: 100 }, { clock: systemClock }))
  expect(cheap[0]).toMatchObject({
    name: 'cost',
    outcome: 'ok',
    found: expect.stringMatching(/ms of CPU with \d+ proc/),
  })
  const costly = await snapshotCheck.run(makeContext({ maxCpuPercent: 0, intervalMs: 1_000 }, { clock: systemClock }))
  expect(costly[0]?.finding).toBe('snapshot-costly')
})

it('tells each value that a snapshot lacks, with the reason and what to do', async () => {
  const proc = join(directory, 'proc')
  cpSync(captured, proc, { recursive: true })
  rmSync(join(proc, 'pressure'), { recursive: true })
  const results = await snapshotCheck.run(makeContext({}, { clock: systemClock, roots: rootsOf(proc) }))
  expect(results).toContainEqual(
    expect.objectContaining({
      name: 'cpu.pressure',
      finding: 'not-read',
      found: expect.stringMatching(/pressure\/cpu is not there \(ENOENT\)/),
      remedy: 'psi=1 on the boot line of the kernel',
    }),
  )
})
