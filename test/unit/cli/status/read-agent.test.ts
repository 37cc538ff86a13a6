import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openDirectoryStorage } from '../../../../agent/spool/directory-storage.ts'
import { agentLines } from '../../../../cli/status/agent-text.ts'
import { readLockHolder } from '../../../../cli/status/lock-holder.ts'
import { readAgent } from '../../../../cli/status/read-agent.ts'
import type { AgentStatus } from '../../../../core/agent-status.ts'
import { startMs } from '../../../make.ts'

const holder = join(import.meta.dirname, '..', '..', 'agent', 'spool', 'lock-holder.ts')
/** Larger than any kernel gives. */
const nobody = 2 ** 30
const nowMs = startMs + 60_000

let dataDir: string
let children: ChildProcess[] = []
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'vitals-status-'))
})
afterEach(() => {
  for (const child of children) child.kill('SIGKILL')
  children = []
  rmSync(dataDir, { recursive: true, force: true })
})

function makeStatus(changes: Partial<AgentStatus> = {}): AgentStatus {
  return {
    v: 1,
    pid: nobody,
    version: '1.2.3',
    host: 'web-1',
    bucket: 's3://b',
    intervalMs: 60_000,
    startedAtMs: startMs - 3_600_000,
    writtenAtMs: startMs,
    alerts: [],
    push: { lastAtMs: startMs, batches: 4 },
    spool: { batches: 0, bytes: 0, state: 'disk', droppedBatches: 0, droppedSnapshots: 0 },
    ...changes,
  }
}

function writeStatus(content: unknown): void {
  writeFileSync(
    join(dataDir, 'agent-status.json'),
    typeof content === 'string' ? content : `${JSON.stringify(content)}\n`,
  )
}

async function holdSpool() {
  const child = spawn(process.execPath, [holder, join(dataDir, 'spool')], { stdio: ['ignore', 'pipe', 'inherit'] })
  children.push(child)
  await once(child.stdout, 'data')
  return {
    pid: child.pid ?? 0,
    kill: async () => {
      child.kill('SIGKILL')
      await once(child, 'exit')
    },
  }
}

describe('the holder of a spool', () => {
  it('is told by its pid while it lives, and is nobody after a kill; nothing is locked to find out', async () => {
    expect(readLockHolder({ dataDir })).toEqual({ state: 'unknown' })
    const other = await holdSpool()
    expect(readLockHolder({ dataDir })).toEqual({ state: 'held', pid: other.pid })
    await other.kill()
    expect(readLockHolder({ dataDir })).toEqual({ state: 'free' })
    openDirectoryStorage(join(dataDir, 'spool')).close()
  })

  it('is unknown where the kernel tells no locks', () => {
    openDirectoryStorage(join(dataDir, 'spool')).close()
    expect(readLockHolder({ dataDir, proc: dataDir })).toEqual({ state: 'unknown' })
  })
})

describe('the agent of this host', () => {
  it('is none where nothing has run', () => {
    expect(readAgent({ dataDir, nowMs })).toEqual({ state: 'none', path: join(dataDir, 'agent-status.json') })
  })

  it('runs while a process has its spool, and is dead when that was killed', async () => {
    const other = await holdSpool()
    writeStatus(makeStatus({ pid: other.pid }))
    expect(readAgent({ dataDir, nowMs }).state).toBe('running')
    await other.kill()
    expect(readAgent({ dataDir, nowMs }).state).toBe('dead')
  })

  it('is silent when its process is there and writes nothing', async () => {
    const other = await holdSpool()
    writeStatus(makeStatus({ pid: other.pid }))
    expect(readAgent({ dataDir, nowMs: startMs + 20 * 60_000 }).state).toBe('silent')
    await other.kill()
  })

  it('goes by the pid where no lock can be seen', () => {
    writeStatus(makeStatus({ pid: process.pid }))
    expect(readAgent({ dataDir, nowMs }).state).toBe('running')
    writeStatus(makeStatus({ pid: nobody }))
    expect(readAgent({ dataDir, nowMs }).state).toBe('dead')
  })

  it('has stopped when it said so', () => {
    writeStatus(makeStatus({ stoppedAtMs: startMs }))
    expect(readAgent({ dataDir, nowMs }).state).toBe('stopped')
  })

  it.each<[string, unknown, RegExp]>([
    ['damaged', '{"v":1,', /not JSON/],
    ['foreign', '{"name":"something else"}', /not what an agent writes: v/],
    ['of another kind', '[]', /not what an agent writes/],
    ['newer', { ...makeStatus(), v: 9 }, /version 9, this command knows up to 1: update it/],
    ['wrong inside', { ...makeStatus(), alerts: [{ rule: 1 }] }, /alerts\.0/],
    ['huge', 'x'.repeat(300_000), /300000 bytes, expected at most 262144/],
  ])('can not be read when its file is %s, and says why', (_, content, problem) => {
    writeStatus(content)
    const seen = readAgent({ dataDir, nowMs })
    expect(seen).toMatchObject({ state: 'unreadable', problem: expect.stringMatching(problem) })
    expect(agentLines(seen, nowMs).join('\n')).toContain(join(dataDir, 'agent-status.json'))
  })

  it('can not be read when its file is a directory', () => {
    mkdirSync(join(dataDir, 'agent-status.json'))
    expect(readAgent({ dataDir, nowMs })).toMatchObject({
      state: 'unreadable',
      problem: expect.stringMatching(/EISDIR/),
    })
  })
})

describe('what is said of it', () => {
  const text = (changes: Partial<AgentStatus>, state: 'running' | 'dead' | 'silent' | 'stopped' = 'running') =>
    agentLines({ state, path: 'p', status: makeStatus(changes) }, nowMs)

  it('is its figures, what waits and what it could not read', () => {
    const snapshot = {
      atMs: startMs,
      cpuPercent: 3.1,
      memoryPercent: 41,
      load1: 0.5,
      fullestDisk: { mount: '/var', usedPercent: 63.2 },
      unavailable: { 'cpu.pressure': 'off' },
    }
    const spool = { batches: 3, bytes: 2_048, state: 'memory' as const, droppedBatches: 2, droppedSnapshots: 10 }
    const alerts = [
      { rule: 'disk', entity: '/var', value: 95, threshold: 90, sinceMs: startMs },
      { rule: 'backup', entity: '', message: 'too old', sinceMs: startMs },
    ]
    const plain = text({ snapshot, spool, alerts }).map((line) => line.replaceAll('\u00a0', ' '))
    expect(plain).toEqual([
      'agent     web-1  running for 1 h 1 min, process 1073741824, version 1.2.3',
      '          snapshot 1 min ago: CPU 3.1 %  memory 41.0 %  /var 63.2 %  load 0.50',
      '          1 value could not be read: see vitals doctor',
      '          above its threshold: disk /var 95.0 % > 90.0 %, 1 min ago',
      '          found by a check: backup: too old, 1 min ago',
      '          ! the disk takes nothing: what waits is in memory, and a crash loses it',
      '          sent 1 min ago to s3://b; 3 batches wait, 2.00 KiB, 10 snapshots dropped',
    ])
  })

  it('is why nothing is sent, and when it is tried again', () => {
    const failure = { atMs: nowMs - 5_000, failures: 3, reason: 'put: 403\n\u001b[31mno', nextTryAtMs: nowMs + 10_000 }
    const lines = text({ push: { batches: 0, failure } })
    expect(lines).toContainEqual(expect.stringMatching(/nothing sent yet to s3:\/\/b; nothing waits/))
    expect(lines.at(-1)).toMatch(/! not sent, 3 tries so far, the last 5.s ago, next try in 10.s: put: 403 .\[31mno$/)
    expect(lines.join('')).not.toContain('\u001b')
    const over = text({ push: { batches: 1, lastAtMs: nowMs, failure } })
    expect(over.at(-1)).toMatch(/last failure 5.s ago, over since: put: 403/)
  })

  it.each([
    ['dead', /DEAD: process \d+ is gone without a goodbye, last heard 1.min ago/],
    ['silent', /SILENT: process \d+ is there and has said nothing for 1.min/],
    ['stopped', /stopped 1.min ago/],
  ] as const)('is that it is %s', (state, words) => {
    expect(text({}, state)[0]).toMatch(words)
  })
})
