import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { agentCheck } from '../../../../cli/doctor/agent.ts'
import type { AgentStatus } from '../../../../core/agent-status.ts'
import { createManualClock } from '../../functions/notify/manual-clock.ts'
import { makeContext, told } from './context.ts'

const lockHolder = join(import.meta.dirname, '..', '..', 'agent', 'spool', 'lock-holder.ts')
const clock = createManualClock()
let dataDir: string
let child: ChildProcess | undefined

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'vitals-doctor-'))
})
afterEach(() => {
  child?.kill('SIGKILL')
  rmSync(dataDir, { recursive: true, force: true })
})

async function holdSpool(): Promise<void> {
  const holder = spawn(process.execPath, [lockHolder, join(dataDir, 'spool')], { stdio: ['ignore', 'pipe', 'inherit'] })
  child = holder
  await once(holder.stdout, 'data')
}

function look(changes: Partial<AgentStatus> | string | undefined, units: string[] = []) {
  const status: AgentStatus = {
    v: 1,
    pid: child?.pid ?? 2 ** 30,
    version: '1.2.3',
    host: 'web-1',
    bucket: 's3://b',
    intervalMs: 60_000,
    startedAtMs: clock.now(),
    writtenAtMs: clock.now(),
    alerts: [],
    push: { lastAtMs: clock.now(), batches: 1 },
    spool: { batches: 0, bytes: 0, state: 'disk', droppedBatches: 0, droppedSnapshots: 0 },
  }
  const content = typeof changes === 'string' ? changes : JSON.stringify({ ...status, ...changes })
  if (changes !== undefined) writeFileSync(join(dataDir, 'agent-status.json'), content)
  return agentCheck.run(makeContext({ dataDir }, { clock, roots: { proc: '/proc', sys: '/sys', units } }))
}

it('tells that none runs, that one has stopped, and that one is dead', async () => {
  expect(told(await look(undefined))).toEqual(['process: agent-not-running'])
  expect(told(await look({ stoppedAtMs: clock.now() }))).toEqual(['process: agent-not-running'])
  expect(told(await look({}))).toEqual(['process: agent-dead'])
})

it('is well while one runs, and takes no lock to find out', async () => {
  await holdSpool()
  expect(told(await look({}))).toEqual(['process: ok', 'version: ok', 'sending: ok'])
})

it('finds an agent that is silent, of another version, or that can not send, and why', async () => {
  await holdSpool()
  expect(told(await look({ writtenAtMs: clock.now() - 3_600_000 }))).toEqual(['process: agent-silent'])
  const failure = { atMs: clock.now(), failures: 2, reason: 'set AWS_REGION', nextTryAtMs: clock.now() }
  const results = await look({ version: '0.9', push: { batches: 0, failure } })
  expect(told(results)).toEqual(['process: ok', 'version: agent-other-version', 'sending: agent-not-sending'])
  expect(results[2]?.remedy).toBe('set AWS_REGION')
})

it.each([
  ['damaged', '{'],
  ['newer', '{"v":7}'],
  ['foreign', '[]'],
  ['huge', ' '.repeat(300_000)],
])('tells of a status file that is %s, and how it is put aside', async (_, content) => {
  const [result] = await look(content)
  expect(result?.finding).toBe('agent-status-unreadable')
  expect(result?.remedy).toContain(`mv ${join(dataDir, 'agent-status.json')}`)
})

it('knows by files whether the service starts with the machine', async () => {
  const units = join(dataDir, 'system')
  mkdirSync(units)
  writeFileSync(join(units, 'vitals-agent.service'), '')
  expect(told(await look(undefined, [units]))).toContain('service: service-not-enabled')
  mkdirSync(join(units, 'multi-user.target.wants'))
  symlinkSync('../vitals-agent.service', join(units, 'multi-user.target.wants', 'vitals-agent.service'))
  expect(told(await look(undefined, [units]))).toContain('service: ok')
})
