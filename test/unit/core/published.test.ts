import { describe, expect, it } from 'vitest'
import { createBusyHost } from '../../../bench/busy-host.ts'
import { publishedSnapshot } from '../../../core/published.ts'
import type { Snapshot } from '../../../core/snapshot.ts'

const busy = createBusyHost({ seed: 1, intervalMs: 60_000 }).next({
  atMs: 1_772_000_000_000,
  cpuPercent: 40,
  memoryPercent: 50,
  varUsedPercent: 60,
})

describe('what is published of a snapshot', () => {
  it('is what stands in the list, unchanged', () => {
    const shown = publishedSnapshot({ ...busy, unavailable: { 'disks:/mnt/nas': 'it did not answer' } })
    expect(shown).toMatchObject({
      observedAtMs: busy.observedAtMs,
      unavailable: { 'disks:/mnt/nas': 'it did not answer' },
      cpu: { percent: busy.cpu.percent, load1: busy.cpu.load1 },
      memory: { usedPercent: busy.memory.usedPercent },
    })
    expect(shown.disks.map(({ mount, usedPercent }) => [mount, usedPercent])).toEqual(
      busy.disks.map(({ mount, usedPercent }) => [mount, usedPercent]),
    )
    expect(shown.processes.top.map(({ pid, name }) => [pid, name])).toEqual(
      busy.processes.top.map(({ pid, name }) => [pid, name]),
    )
    expect(shown.processes.total).toBe(busy.processes.total)
  })

  it('is nothing that an agent sends beyond it, at whatever place', () => {
    const secret = { commandLine: 'psql password=hunter2' }
    const told = {
      ...busy,
      ...secret,
      bootId: 'hunter2',
      cpu: { ...busy.cpu, ...secret },
      memory: { ...busy.memory, ...secret },
      disks: busy.disks.map((one) => ({ ...one, ...secret })),
      diskIo: busy.diskIo.map((one) => ({ ...one, ...secret })),
      interfaces: busy.interfaces.map((one) => ({ ...one, ...secret })),
      connections: { ...busy.connections, ...secret },
      processes: { ...busy.processes, ...secret, top: busy.processes.top.map((row) => ({ ...row, ...secret })) },
    } as Snapshot
    expect(JSON.stringify(publishedSnapshot(told))).not.toContain('hunter2')
  })

  it('stays absent where it is not known', () => {
    const { cpu } = publishedSnapshot({ ...busy, cpu: { load1: 1 } })
    expect(cpu).toEqual({ load1: 1 })
  })
})
