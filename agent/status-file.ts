/**
 * `agent-status.json`: what this agent does, for who asks on this host (`vitals status`, `vitals doctor`). Replaced whole
 * after each snapshot and each sending, so that a reader never meets half of it; not synced: it is a view, and worth no
 * write of the disk.
 */
import { renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Clock } from '../adapters/clock/port.ts'
import type { Log } from '../adapters/log/port.ts'
import { type AgentStatus, agentStatusName, agentStatusVersion } from '../core/agent-status.ts'
import type { Settings } from '../core/settings.ts'
import type { Snapshot } from '../core/snapshot.ts'
import { known } from './collect/counters.ts'
import type { SpoolStats } from './spool/spool.ts'
import type { SnapshotObserver } from './take-snapshot.ts'

export interface StatusFileOptions {
  settings: Pick<Settings, 'dataDir' | 'host' | 'intervalMs'>
  bucketUrl: string
  version: string
  spoolStats: () => SpoolStats
  clock: Clock
  log: Log
}

export interface StatusFile extends SnapshotObserver {
  /** `storeAtMs`: what the store's clock said. */
  pushed(said: { storeAtMs?: number }): void
  failed(failure: { reason: string; failures: number; nextTryInMs: number }): void
  /** The last word: the agent was told to stop, and did. */
  stopped(): void
}

export function openStatusFile({
  settings: { dataDir, host, intervalMs: plannedMs },
  bucketUrl: bucket,
  version,
  spoolStats,
  clock,
  log,
}: StatusFileOptions): StatusFile {
  const path = join(dataDir, agentStatusName)
  const now = () => Math.max(0, Math.round(clock.now()))
  const startedAtMs = now()
  const alerts = new Map<string, Alert>()
  let snapshot: AgentStatus['snapshot']
  /** Lengthened when snapshots cost too much. */
  let intervalMs = plannedMs
  let push: AgentStatus['push'] = { batches: 0 }
  let isFailing = false

  const write = (more: Partial<AgentStatus> = {}) => {
    const { batches, bytes, state, droppedBatches, droppedSnapshots } = spoolStats()
    const status: AgentStatus = {
      v: agentStatusVersion,
      pid: process.pid,
      version,
      host,
      bucket,
      intervalMs,
      startedAtMs,
      writtenAtMs: now(),
      ...(snapshot ? { snapshot } : {}),
      alerts: [...alerts.values()],
      push,
      spool: { batches, bytes, state, droppedBatches, droppedSnapshots },
      ...more,
    }
    try {
      writeFileSync(`${path}.draft`, `${JSON.stringify(status)}\n`)
      renameSync(`${path}.draft`, path)
      isFailing = false
    } catch (error) {
      if (!isFailing) log.warn('the status of the agent can not be written', { path, reason: (error as Error).message })
      isFailing = true
    }
  }

  return {
    name: 'the status file',
    observe: ({ snapshot: seen, crossings }) => {
      snapshot = mainValues(seen)
      intervalMs = seen.intervalMs
      for (const crossing of crossings) keepAlert(alerts, crossing, seen.observedAtMs)
      write()
    },
    pushed: ({ storeAtMs }) => {
      const clockOffsetMs = storeAtMs === undefined ? push.clockOffsetMs : Math.round(storeAtMs - clock.now())
      push = {
        ...push,
        lastAtMs: now(),
        batches: push.batches + 1,
        ...(clockOffsetMs === undefined ? {} : { clockOffsetMs }),
      }
      write()
    },
    failed: ({ reason, failures, nextTryInMs }) => {
      const atMs = now()
      push = { ...push, failure: { atMs, failures, reason: clip(reason), nextTryAtMs: atMs + Math.round(nextTryInMs) } }
      write()
    },
    stopped: () => write({ stoppedAtMs: now() }),
  }
}

function mainValues({
  observedAtMs: atMs,
  cpu,
  memory,
  disks,
  processes,
  agent,
  unavailable = {},
}: Snapshot): AgentStatus['snapshot'] {
  const fullest = disks
    .flatMap(({ mount, usedPercent }) => (usedPercent === undefined ? [] : { mount, usedPercent }))
    .toSorted((a, b) => b.usedPercent - a.usedPercent)[0]
  return {
    atMs,
    unavailable,
    ...known({
      cpuPercent: cpu.percent,
      load1: cpu.load1,
      memoryPercent: memory.usedPercent,
      fullestDisk: fullest,
      processes: processes.total,
      collectCpuMs: agent?.collectCpuMs,
      rssBytes: agent?.rssBytes,
    }),
  }
}

type Alert = AgentStatus['alerts'][number]
type Change = Parameters<SnapshotObserver['observe']>[0]['crossings'][number]

function keepAlert(alerts: Map<string, Alert>, change: Change, sinceMs: number): void {
  const key = `${change.rule} ${'check' in change ? `${change.check} ${change.subject ?? ''}` : change.entity}`
  if (change.direction === 'above' || change.direction === 'found') alerts.set(key, alertOf(change, sinceMs))
  else alerts.delete(key)
}

function alertOf(change: Change, sinceMs: number): Alert {
  if (!('check' in change)) {
    const { rule, entity, value, threshold } = change
    return { rule, entity, value, threshold, sinceMs }
  }
  const { check: rule, subject: entity = '', value, threshold, message } = change
  return { rule, entity, message, sinceMs, ...known({ value, threshold }) }
}

const reasonLength = 1_000

function clip(text: string): string {
  return text.slice(0, reasonLength).toWellFormed()
}
