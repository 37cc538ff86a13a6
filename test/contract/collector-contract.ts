/** What every collector promises, whatever it reads the host with. */
import { createServer, type Server } from 'node:net'
import { totalmem } from 'node:os'
import * as v from 'valibot'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { systemClock } from '../../adapters/clock/system.ts'
import type { Collector, CollectorOptions } from '../../agent/collect/collector.ts'
import { hostFactsSchema, type Snapshot, snapshotSchema } from '../../core/snapshot.ts'
import { collectedValues, valuesOf } from './snapshot-values.ts'

const intervalMs = 60_000
const topProcesses = 10
const betweenMs = 1_000

export interface CollectorContract {
  open(options: CollectorOptions): Collector
  /** Values that a host may have none of: absent, and nothing to say about it. */
  mayBeAbsent(value: string): boolean
}

export function collectorContract(name: string, { open, mayBeAbsent }: CollectorContract): void {
  describe(name, () => {
    let collector: Collector
    let first: Snapshot
    let second: Snapshot
    /** Monotonic, when the two were asked for. */
    let askedMs: [number, number]

    beforeAll(async () => {
      collector = open({ clock: systemClock, topProcesses })
      const firstMs = systemClock.monotonicMs()
      first = await collector.collect({ intervalMs })
      // Who is busy becomes one of the top here, and has a share of time from then on.
      spin(betweenMs)
      await collector.collect({ intervalMs })
      spin(betweenMs)
      askedMs = [firstMs, systemClock.monotonicMs()]
      second = await collector.collect({ intervalMs })
    }, 60_000)
    afterAll(() => {
      collector.close()
      // Who stops an agent twice stops it.
      collector.close()
    })

    it('gives snapshots that the functions take', () => {
      for (const snapshot of [first, second]) {
        expect(v.parse(snapshotSchema, JSON.parse(JSON.stringify(snapshot)))).toEqual(snapshot)
        expect(snapshot).toMatchObject({ kind: 'snapshot', intervalMs })
      }
    })

    it('gives no rate and no share of time at first, and some from then on', () => {
      expect(ratesOf(first)).toEqual([])
      expect(ratesOf(second)).toContain('cpu.userPercent')
      expect(ratesOf(second).filter((value) => value.endsWith('PerSecond'))).not.toEqual([])
    })

    it('tells each value that a snapshot may hold, or names it with the reason', () => {
      const told = new Set(valuesOf(second))
      const reasons = Object.entries(second.unavailable ?? {})
      for (const [, reason] of reasons) expect(reason).not.toBe('')
      const isNamed = (value: string) => reasons.some(([subject]) => value.replace('.top.', '.').startsWith(subject))
      expect(collectedValues.filter((value) => !told.has(value) && !isNamed(value) && !mayBeAbsent(value))).toEqual([])
    })

    it('sees a core that was kept busy, and who did it', () => {
      expect(second.cpu.percent).toBeGreaterThan(0)
      const self = second.processes.top.find(({ pid }) => pid === process.pid)
      expect(self?.cpuPercent).toBeGreaterThan(10)
      expect(self?.rssBytes).toBeGreaterThan(16 * 1024 ** 2)
      expect(Math.abs((self?.startedAtMs ?? 0) - (Date.now() - process.uptime() * 1_000))).toBeLessThan(3_000)
    })

    it('keeps time: of the wall, and since boot', () => {
      const passedMs = askedMs[1] - askedMs[0]
      expect(Math.abs(second.observedAtMs - first.observedAtMs - passedMs)).toBeLessThan(500)
      expect(Math.abs((second.sinceBootMs ?? 0) - (first.sinceBootMs ?? 0) - passedMs)).toBeLessThan(1_500)
      expect(Math.abs(second.observedAtMs - Date.now())).toBeLessThan(60_000)
    })

    it('knows the memory of this machine, and what adds up adds up', () => {
      const { totalBytes = 0, availableBytes = 0, usedBytes = 0, usedPercent } = second.memory
      expect(totalBytes).toBe(totalmem())
      expect(availableBytes + usedBytes).toBe(totalBytes)
      expect(usedPercent).toBeCloseTo((usedBytes / totalBytes) * 100, 1)
      for (const disk of second.disks) {
        expect(disk.usedBytes, disk.mount).toBeLessThanOrEqual(disk.totalBytes ?? 0)
        expect(disk.usedPercent, disk.mount).toBeLessThanOrEqual(100)
      }
      const { total = 0, byStatus = {}, top } = second.processes
      expect(Object.values(byStatus).reduce((sum, count) => sum + count)).toBe(total)
      expect(new Set(top.map(({ pid }) => pid)).size).toBe(top.length)
      expect(top.length).toBeLessThanOrEqual(2 * topProcesses)
    })

    it('counts one more socket for each that begins to listen', async () => {
      const fresh = open({ clock: systemClock, topProcesses: 1 })
      const servers = await Promise.all(Array.from({ length: 30 }, listen))
      const { connections } = await fresh.collect({ intervalMs })
      await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))))
      fresh.close()
      expect((connections.tcpListen ?? 0) - (second.connections.tcpListen ?? 0)).toBeGreaterThan(15)
    })

    it('gives facts of the host, of which none can fail it', async () => {
      const facts = await collector.facts()
      expect(v.parse(hostFactsSchema, facts)).toEqual(facts)
      expect(facts).toMatchObject({ arch: expect.any(String), kernel: expect.any(String), cores: expect.any(Number) })
    })

    it('reads no temperatures where it is told so', async () => {
      const cool = open({ clock: systemClock, topProcesses: 1, sensors: false })
      const snapshot = await cool.collect({ intervalMs })
      cool.close()
      expect(snapshot).not.toHaveProperty('sensors')
      expect(snapshot.unavailable ?? {}).not.toHaveProperty('sensors')
    })
  })
}

function ratesOf(snapshot: Snapshot): string[] {
  return valuesOf(snapshot).filter((value) =>
    /PerSecond$|LatencyMs$|busyPercent$|^cpu\.(?!pressure).*[pP]ercent$|top\.cpuPercent$/.test(value),
  )
}

function spin(ms: number): void {
  const endMs = systemClock.monotonicMs() + ms
  while (systemClock.monotonicMs() < endMs);
}

function listen(): Promise<Server> {
  const server = createServer()
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)))
}
