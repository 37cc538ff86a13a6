import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Crossing } from '../../../agent/logs/thresholds.ts'
import type { SpoolStats } from '../../../agent/spool/spool.ts'
import { openStatusFile } from '../../../agent/status-file.ts'
import { type AgentStatus, isPushFailing, parseAgentStatus } from '../../../core/agent-status.ts'
import { makeSnapshot, startMs } from '../../make.ts'
import { createManualClock, type ManualClock } from '../functions/notify/manual-clock.ts'
import { createRecordingLog } from './recording-log.ts'

let dataDir: string
let clock: ManualClock
let stats: SpoolStats
const log = createRecordingLog()

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'vitals-status-'))
  clock = createManualClock()
  log.events.length = 0
  const counts = { batches: 2, bytes: 300, droppedBatches: 1, droppedSnapshots: 5, openRecords: 0, openBytes: 0 }
  stats = { ...counts, state: 'disk' }
})
afterEach(() => rmSync(dataDir, { recursive: true, force: true }))

function open() {
  const settings = { dataDir, host: 'web-1', intervalMs: 60_000 }
  return openStatusFile({ settings, bucketUrl: 's3://b', version: '1.2.3', spoolStats: () => stats, clock, log })
}

function written(): AgentStatus {
  const parsed = parseAgentStatus(readFileSync(join(dataDir, 'agent-status.json'), 'utf8'))
  if (!parsed.ok) throw new Error(parsed.problem)
  return parsed.status
}

const above: Crossing = {
  rule: 'disk',
  metric: 'disk.percent',
  entity: '/var',
  direction: 'above',
  value: 95,
  threshold: 90,
}

it('says after a snapshot what was seen, what waits and what is above its threshold', () => {
  const snapshot = makeSnapshot({
    disks: [
      ['/', 30],
      ['/var', 95],
    ],
    agent: { collectCpuMs: 1.2, rssBytes: 1_000 },
    unavailable: { 'cpu.pressure': 'off' },
  })
  open().observe({ snapshot, crossings: [above] })
  expect(written()).toMatchObject({
    v: 1,
    pid: process.pid,
    version: '1.2.3',
    host: 'web-1',
    bucket: 's3://b',
    startedAtMs: clock.now(),
    snapshot: {
      atMs: startMs,
      cpuPercent: 10,
      memoryPercent: 20,
      fullestDisk: { mount: '/var', usedPercent: 95 },
      unavailable: { 'cpu.pressure': 'off' },
    },
    alerts: [{ rule: 'disk', entity: '/var', value: 95, sinceMs: startMs }],
    push: { batches: 0 },
    spool: { batches: 2, bytes: 300, droppedBatches: 1 },
  })
  expect(readdirSync(dataDir)).toEqual(['agent-status.json'])
})

it('drops an alert that is over, and keeps the others', () => {
  const file = open()
  file.observe({ snapshot: makeSnapshot(), crossings: [above, { ...above, entity: '/' }] })
  file.observe({ snapshot: makeSnapshot(), crossings: [{ ...above, direction: 'below', value: 80 }] })
  expect(written().alerts.map(({ entity }) => entity)).toEqual(['/'])
})

it('keeps what a check finds for as long as it does', () => {
  const file = open()
  const found = { rule: 'finding', check: 'backup', severity: 'warning', message: 'too old' } as const
  file.observe({ snapshot: makeSnapshot(), crossings: [{ ...found, direction: 'found' }] })
  expect(written().alerts).toEqual([{ rule: 'backup', entity: '', message: 'too old', sinceMs: startMs }])
  file.observe({ snapshot: makeSnapshot(), crossings: [{ ...found, direction: 'gone' }] })
  expect(written().alerts).toEqual([])
})

it('says why nothing was sent and when it is tried again, until something is', () => {
  const file = open()
  file.failed({ reason: 'no route', failures: 3, nextTryInMs: 4_000 })
  expect(written().push.failure).toEqual({
    atMs: clock.now(),
    failures: 3,
    reason: 'no route',
    nextTryAtMs: clock.now() + 4_000,
  })
  expect(isPushFailing(written())).toBe(true)
  clock.advance(5_000)
  file.pushed({ storeAtMs: clock.now() + 250 })
  expect(isPushFailing(written())).toBe(false)
  expect(written().push).toMatchObject({ lastAtMs: clock.now(), batches: 1, clockOffsetMs: 250 })
})

it('says that it was told to stop', () => {
  open().stopped()
  expect(written().stoppedAtMs).toBe(clock.now())
})

it('tells once that it can not be written, and throws nothing', () => {
  rmSync(dataDir, { recursive: true })
  const file = open()
  for (let times = 0; times < 3; times++) file.observe({ snapshot: makeSnapshot(), crossings: [] })
  expect(log.told()).toEqual(['the status of the agent can not be written'])
  mkdirSync(dataDir)
  file.observe({ snapshot: makeSnapshot(), crossings: [] })
  expect(written().snapshot?.atMs).toBe(startMs)
})
