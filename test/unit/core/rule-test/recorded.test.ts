import { describe, expect, it } from 'vitest'
import { recordedSnapshot } from '../../../../core/rule-test/recorded.ts'
import { makeSnapshot, minuteMs, startMs } from '../../../make.ts'

const takenMs = Date.UTC(2025, 5, 1)
const event = { kind: 'process-ended', atMs: takenMs + 1_000, watch: 'nginx', name: 'nginx', pid: 7 } as const
const recorded = [
  makeSnapshot({ atMs: takenMs, sinceBootMs: 1_000_000, bootId: 'b', memoryPercent: 1 }),
  makeSnapshot({
    atMs: takenMs + 77_000,
    sinceBootMs: 1_077_000,
    bootId: 'b',
    memoryPercent: 2,
    events: [{ ...event, startedAtMs: takenMs - 5_000 }],
    processes: { top: [{ pid: 1, name: 'init', startedAtMs: takenMs - 1_000_000 }] },
  }),
]
const at = (step: number) => recordedSnapshot(recorded, step, { atMs: startMs + step * minuteMs, startMs })

describe('a recorded host in a test', () => {
  it('sends a snapshot a step, and the last one from then on', () => {
    expect([0, 1, 2, 9].map((step) => at(step)?.memory.usedPercent)).toEqual([1, 2, 2, 2])
    expect([0, 1, 2].map((step) => at(step)?.observedAtMs)).toEqual([0, 1, 2].map((step) => startMs + step * minuteMs))
  })

  it('has been up, and its processes, as long as they were', () => {
    expect(at(0)?.sinceBootMs).toBe(1_000_000)
    expect(at(2)?.sinceBootMs).toBe(1_000_000 + 2 * minuteMs)
    expect(at(1)?.processes.top[0]?.startedAtMs).toBe(startMs - 1_000_000)
    expect(at(2)?.processes.top[0]?.startedAtMs).toBe(startMs - 1_000_000)
  })

  it('lets happen once what happened once', () => {
    expect(at(1)?.events).toEqual([{ ...event, atMs: startMs + minuteMs, startedAtMs: startMs - 5_000 }])
    expect(at(2)?.events).toBeUndefined()
  })

  it('is not changed by what a test makes of it', () => {
    at(0)?.disks.push({ mount: '/x' })
    expect(recorded[0]?.disks).toHaveLength(1)
  })
})
