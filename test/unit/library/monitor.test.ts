/** Real monitors on real directories, a second between snapshots. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Log } from '../../../adapters/log/port.ts'
import type { Snapshot } from '../../../core/snapshot.ts'
import { type Finding, type MonitorOptions, SystemMonitor } from '../../../library/index.ts'
import { makeSnapshot } from '../../make.ts'
import { createRecordingLog } from '../agent/recording-log.ts'

let directory: string
let log: ReturnType<typeof createRecordingLog>
let monitors: SystemMonitor[]

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'vitals-library-'))
  log = createRecordingLog()
  monitors = []
})
afterEach(async () => {
  await Promise.all(monitors.map((monitor) => monitor.stop()))
  rmSync(directory, { recursive: true })
})

function optionsHere(options: MonitorOptions = {}): MonitorOptions {
  const places = { dataDirectory: join(directory, 'data'), logDirectory: join(directory, 'logs') }
  return { ...places, intervalSeconds: 1, functions: false, log: log satisfies Log, ...options }
}

function make(options: MonitorOptions = {}): SystemMonitor {
  const monitor = new SystemMonitor(optionsHere(options))
  monitors.push(monitor)
  return monitor
}

/** Every record that lies in the bucket's inbox, in the order of their batches. */
function streams(): string[] {
  const files = readdirSync(join(directory, 'data', 'bucket', 'inbox'), { recursive: true, encoding: 'utf8' })
  return files.filter((name) => name.includes('.ndjson'))
}

describe('a monitor', () => {
  it('does nothing before it is started, and can be stopped all the same', async () => {
    const monitor = make()
    await monitor.stop()
    expect(monitor.latestMetrics()).toBeUndefined()
    expect(readdirSync(directory)).toEqual([])
  })

  it('has metrics once it is started, and the last ones after it is stopped', async () => {
    const monitor = make()
    await monitor.start()
    const metrics = monitor.latestMetrics()
    expect(metrics?.memory.totalBytes).toBeGreaterThan(0)
    expect(metrics?.cpu.percent).toBeGreaterThanOrEqual(0)
    await monitor.stop()
    expect(monitor.latestMetrics()).toBeDefined()
    expect(readFileSync(join(directory, 'logs', 'system_metrics.log'), 'utf8')).toContain('"cpu"')
  })

  it('started twice runs once, and stopped twice stops once', async () => {
    const monitor = make()
    let stopped = 0
    monitor.on('stopped', () => {
      stopped += 1
    })
    await Promise.all([monitor.start(), monitor.start()])
    await monitor.start()
    await Promise.all([monitor.stop(), monitor.stop()])
    await monitor.stop()
    expect(stopped).toBe(1)
    expect(new Set(streams().map((name) => name.split('/').at(-1)?.slice(0, 16))).size).toBe(1)
  })

  it('can be started again after it was stopped, even before that has ended', async () => {
    const monitor = make()
    await monitor.start()
    const stopping = monitor.stop()
    await monitor.start()
    await stopping
    await monitor.stop()
    expect(new Set(streams().map((name) => name.split('/').at(-1)?.slice(0, 16))).size).toBe(2)
  })

  it('stopped while it starts is stopped when it has started', async () => {
    const monitor = make()
    const starting = monitor.start()
    await monitor.stop()
    await starting
    await make().start()
  })

  it('refuses a data directory that another one has, and can be started when that one is done', async () => {
    const first = make()
    const second = make()
    await first.start()
    await expect(second.start()).rejects.toThrow(/data\/spool: another agent is using it/)
    await first.stop()
    await second.start()
    expect(second.latestMetrics()).toBeDefined()
  })

  it('rejects a start with a bucket that can not be used, and does so again', async () => {
    const monitor = make({ bucket: 'file:///dev/null/x', functions: true })
    await expect(monitor.start()).rejects.toThrow('/dev/null/x')
    await expect(monitor.start()).rejects.toThrow('/dev/null/x')
  })

  it('tells everybody of each snapshot, and ends their reading when it is stopped', async () => {
    const monitor = make()
    const heard: Snapshot[] = []
    monitor.on('snapshot', (snapshot) => heard.push(snapshot))
    const read: Snapshot[] = []
    const reading = (async () => {
      for await (const { snapshot, missed } of monitor) {
        expect(missed).toBe(0)
        if (read.push(snapshot) === 2) monitor.stop()
      }
    })()
    await monitor.start()
    await reading
    expect(read.length).toBeGreaterThanOrEqual(2)
    expect(heard).toEqual(read)
  })

  it('goes on when a listener throws, and says so', async () => {
    const monitor = make()
    monitor.on('snapshot', () => {
      throw new Error('not my day')
    })
    await monitor.start()
    expect(monitor.latestMetrics()).toBeDefined()
    expect(log.events).toContainEqual(
      expect.objectContaining({ level: 'error', fields: expect.objectContaining({ reason: 'not my day' }) }),
    )
  })

  it('is stopped at the end of a scope', async () => {
    let stopped = 0
    {
      await using monitor = new SystemMonitor(optionsHere())
      monitor.on('stopped', () => {
        stopped += 1
      })
      await monitor.start()
    }
    expect(stopped).toBe(1)
  })

  it('refuses a queue without room', () => {
    expect(() => make().snapshots({ limit: 0 })).toThrow('limit 0: expected a whole number from 1 on')
  })
})

describe('the thresholds of a monitor', () => {
  it('are held against each snapshot by itself', () => {
    const monitor = make({ thresholds: { cpuPercent: 50, diskPercent: 80 } })
    const metrics = makeSnapshot({
      cpuPercent: 91.3,
      disks: [
        ['/', 10],
        ['/var', 93.1],
      ],
    })
    expect(monitor.checkThresholds(metrics)).toEqual([
      { check: 'cpu', severity: 'warning', message: 'CPU 91.3 % > 50 %', value: 91.3, threshold: 50 },
      {
        check: 'disk',
        subject: '/var',
        severity: 'warning',
        message: 'Disk 93.1 % > 80 %',
        value: 93.1,
        threshold: 80,
      },
    ])
  })

  it('find what a subclass adds to; only that travels, since rules make alerts of the rest', async () => {
    class CustomMonitor extends SystemMonitor {
      override checkThresholds(metrics: Snapshot): Finding[] {
        const found = super.checkThresholds(metrics)
        expect(found.map(({ check }) => check)).toContain('memory')
        return [...found, { check: 'processes', message: 'there are some', value: metrics.processes.total }]
      }
    }
    const late = async () => [{ message: 'found later' }]
    const monitor = new CustomMonitor(
      optionsHere({ thresholds: { memoryPercent: 0 }, checks: [late, () => [{ message: 'x' }]] }),
    )
    monitors.push(monitor)
    await monitor.start()
    const { findings, unavailable = {} } = monitor.latestMetrics() ?? {}
    expect(findings?.map(({ check, source }) => [check, source])).toEqual([
      ['processes', 'checkThresholds'],
      ['late', undefined],
      ['check 2', undefined],
    ])
    expect(Object.keys(unavailable).filter((subject) => subject.startsWith('check:'))).toEqual([])
  })
})
