import type { Systeminformation } from 'systeminformation'
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

  it('watches no process, and says so to whom asks for it', async () => {
    const collector = openCollector({
      clock: systemClock,
      topProcesses: 1,
      platform: 'darwin',
      watches: ['name:nginx*'],
    })
    const { unavailable } = await collector.collect({ intervalMs: 60_000 })
    collector.close()
    expect(unavailable?.['processes.watches']).toBe('processes are watched on Linux only')
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
      ['/', 25, undefined],
      ['/data', 25, undefined],
    ])
  })

  it('make rates of errors and drops, which the library only counts', () => {
    const stats = { iface: 'en0', operstate: 'up', rx_bytes: 1, tx_bytes: 1, rx_sec: 5, tx_sec: Number.NaN, ms: 0 }
    const row = (errors: number) => ({
      ...stats,
      rx_errors: errors,
      tx_errors: 0,
      rx_dropped: Number.NaN,
      tx_dropped: 9,
    })
    const options = { interfaces: [row(30)], elapsedMs: 10_000, withRates: true }
    expect(shapes.interfacesOf({ ...options, before: [row(10)] })).toEqual([
      {
        name: 'en0',
        receivedBytesPerSecond: 5,
        receiveErrorsPerSecond: 2,
        sendErrorsPerSecond: 0,
        sendDropsPerSecond: 0,
      },
    ])
    expect(shapes.interfacesOf({ ...options, before: [row(31)] })[0]).not.toHaveProperty('receiveErrorsPerSecond')
    expect(shapes.interfacesOf({ ...options, before: [] })).toEqual([{ name: 'en0', receivedBytesPerSecond: 5 }])
  })

  it.each([
    [{ main: 51.25, chipset: 40 }, ['cpu', 'chipset']],
    [{ main: -1 }, []],
    [{ main: null as unknown as number, chipset: 0 }, []],
  ])('take %j for these sensors: %j', (heat, names) => {
    expect(shapes.sensorsOf(heat).map(({ name }) => name)).toEqual(names)
  })

  it('give no CPU of a process that pidusage is asked for the first time: it says 0 then', () => {
    const row = { pid: 7, parentPid: 1, name: 'busy', state: 'running', user: 'u', memRss: 5 }
    const data = { all: 1, list: [row] } as unknown as Systeminformation.ProcessesData
    const usage = { 7: { cpu: 0, memory: 9, elapsed: 1_000, timestamp: 5_000 } }
    const read = (measuredBefore: number[]) =>
      shapes.processesOf({ data, chosen: data.list, usage, measuredBefore: new Set(measuredBefore) }).top[0]
    expect(read([])).not.toHaveProperty('cpuPercent')
    expect(read([7])).toMatchObject({ pid: 7, ppid: 1, cpuPercent: 0, rssBytes: 9, startedAtMs: 4_000 })
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
    const rows = [
      row('tcp', 'ESTABLISHED'),
      row('tcp6', 'ESTABLISHED'),
      row('tcp', 'TIME_WAIT'),
      row('tcp6', 'LISTEN'),
      row('udp', ''),
    ]
    expect(shapes.connectionsOf(rows)).toEqual({
      tcpEstablished: 2,
      tcpListen: 1,
      tcpTimeWait: 1,
      tcpInUse: 3,
      udpInUse: 1,
    })
  })
})

function ratesOf({ diskIo, interfaces, processes: { top } }: Snapshot): unknown[] {
  const names = [...diskIo, ...interfaces].flatMap((row) => Object.keys(row).filter((key) => key.endsWith('PerSecond')))
  return [...names, ...top.flatMap(({ cpuPercent }) => cpuPercent ?? [])]
}
