import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { systemClock } from '../../../../adapters/clock/system.ts'
import { openCollector } from '../../../../agent/collect/open.ts'
import * as shapes from '../../../../agent/collect/portable-shapes.ts'
import { hostFactsSchema, type Snapshot, snapshotSchema } from '../../../../core/snapshot.ts'

/** Another platform's way, on this machine: the libraries are the same, and so is the shape. */
describe('the collector of other platforms', { timeout: 60_000 }, () => {
  it('gives a whole snapshot in our schema, with rates and CPU from the second on', async () => {
    const collector = openCollector({ clock: systemClock, topProcesses: 3, platform: 'darwin' })
    const first = await collector.collect({ intervalMs: 60_000 })
    await systemClock.sleep(300)
    const second = await collector.collect({ intervalMs: 60_000 })
    const facts = await collector.facts()
    collector.close()
    for (const snapshot of [first, second]) expect(v.parse(snapshotSchema, snapshot)).toEqual(snapshot)
    expect(v.parse(hostFactsSchema, facts)).toEqual(facts)
    expect(first.cpu).not.toHaveProperty('percent')
    expect(second.cpu.percent).toEqual(expect.any(Number))
    expect(ratesOf(first)).toEqual([])
    expect(ratesOf(second)).not.toEqual([])
    expect(second.memory.usedPercent).toBeGreaterThan(0)
    expect(second.processes.total).toBeGreaterThan(1)
    expect(second.processes.top.length).toBeGreaterThan(0)
    expect(second.processes.top.length).toBeLessThanOrEqual(6)
  })

  it('names what it can not give, with the reason', async () => {
    const collector = openCollector({ clock: systemClock, topProcesses: 1, platform: 'win32' })
    const { unavailable } = await collector.collect({ intervalMs: 60_000 })
    collector.close()
    for (const subject of ['cpu.iowaitPercent', 'disks.inodes', 'processes.openFiles', 'processes.threads']) {
      expect(unavailable?.[subject]).toEqual(expect.any(String))
    }
  })
})

describe('the shapes of the libraries', () => {
  it('take null and -1 for "not known", never for 0', () => {
    const blocks = { rIO_sec: null, wIO_sec: -1 }
    const transfer = { rx_sec: null, wx_sec: 5 }
    expect(shapes.diskIoOf({ blocks, transfer, withRates: true })).toEqual([
      { device: 'all', writtenBytesPerSecond: 5 },
    ])
  })

  it('leave out media and what is mounted read-only, and give each mount once', () => {
    const mount = { fs: '/dev/a', size: 100, used: 20, available: 60, use: 25 }
    const rows = shapes.disksOf([
      { ...mount, type: 'apfs', mount: '/', rw: false },
      { ...mount, type: 'apfs', mount: '/data', rw: true },
      { ...mount, type: 'apfs', mount: '/data', rw: true },
      { ...mount, type: 'apfs', mount: '/sealed', rw: false },
      { ...mount, type: 'iso9660', mount: '/cdrom', rw: true },
    ])
    expect(rows.map((row) => [row.mount, row.usedPercent, row.readOnly])).toEqual([
      ['/', 25, true],
      ['/data', 25, undefined],
    ])
  })

  it('count connections by protocol and state, of both families', () => {
    const row = (protocol: string, state: string) => ({
      protocol,
      state,
      localAddress: '',
      localPort: '',
      peerAddress: '',
      peerPort: '',
      pid: 1,
      process: '',
    })
    const rows = [row('tcp', 'ESTABLISHED'), row('tcp6', 'ESTABLISHED'), row('tcp', 'TIME_WAIT'), row('udp', '')]
    expect(shapes.connectionsOf(rows)).toEqual({ tcpEstablished: 2, tcpTimeWait: 1, tcpInUse: 2, udpInUse: 1 })
  })
})

function ratesOf({ diskIo, interfaces, processes: { top } }: Snapshot): unknown[] {
  const names = [...diskIo, ...interfaces].flatMap((row) => Object.keys(row).filter((key) => key.endsWith('PerSecond')))
  return [...names, ...top.flatMap(({ cpuPercent }) => cpuPercent ?? [])]
}
