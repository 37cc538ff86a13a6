import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Bucket, BucketError } from '../../../adapters/bucket/port.ts'
import type { Random } from '../../../adapters/clock/port.ts'
import type { MetricPoint, MetricSink } from '../../../adapters/metrics/port.ts'
import { createAgent } from '../../../agent/agent.ts'
import { createChecks } from '../../../agent/checks/checks.ts'
import type { Collector } from '../../../agent/collect/collector.ts'
import type { AgentOptions } from '../../../agent/options.ts'
import type { Batch } from '../../../core/batch.ts'
import { unpackBatch } from '../../../core/batch-bytes.ts'
import { inboxPrefix, parseInboxKey } from '../../../core/keys.ts'
import type { Settings } from '../../../core/settings.ts'
import type { HostFacts, Snapshot } from '../../../core/snapshot.ts'
import { makeSettings, makeSnapshot, minuteMs } from '../../make.ts'
import { createMemoryBucket } from '../../simulation/memory-bucket.ts'
import { createManualClock, createPlainRandom, type ManualClock } from '../functions/notify/manual-clock.ts'
import { createRecordingLog, type RecordingLog } from './recording-log.ts'

let directory: string
let clock: ManualClock
let random: Random
let log: RecordingLog
let bucket: Bucket
let collector: ReturnType<typeof createScriptedCollector>
let running: { stop: AbortController; ended: Promise<void> } | undefined

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'vitals-agent-'))
  const standing = createManualClock()
  // What is due already is not slept for.
  clock = { ...standing, sleep: async (ms, signal) => (ms > 0 ? standing.sleep(ms, signal) : undefined) }
  random = createPlainRandom()
  log = createRecordingLog()
  bucket = createMemoryBucket({ now: () => 1_000_000 + clock.now() })
  collector = createScriptedCollector()
})
afterEach(async () => {
  running?.stop.abort()
  await running?.ended
  running = undefined
  rmSync(directory, { recursive: true, force: true })
})

/** Has looked at a host that a test describes. */
function createScriptedCollector() {
  const script = {
    collected: 0,
    closed: 0,
    next: (): Partial<Snapshot> => ({}),
    facts: async (): Promise<HostFacts> => ({ os: 'Debian' }),
  }
  const port: Collector = {
    collect: async ({ intervalMs }) => {
      script.collected += 1
      const nowMs = clock.now()
      const sinceBootMs = nowMs - 1_700_000_000_000
      return { ...makeSnapshot({ atMs: nowMs, sinceBootMs, bootId: 'boot-1' }), intervalMs, ...script.next() }
    },
    facts: () => script.facts(),
    close: () => {
      script.closed += 1
    },
  }
  return Object.assign(script, { port })
}

function settings(changes: Partial<Settings> = {}): Settings {
  return makeSettings({
    stopWithinMs: 1_000,
    dataDir: join(directory, 'data'),
    logDir: join(directory, 'logs'),
    ...changes,
  })
}

function agent(changes: Partial<Settings> = {}, options: Partial<AgentOptions> = {}) {
  const shared = { bucket, clock, random, log, version: '1.2.3' }
  return createAgent({ ...shared, settings: settings(changes), collector: collector.port, ...options })
}

/** Until the first snapshot was taken and all is quiet. */
async function start(changes: Partial<Settings> = {}, options: Partial<AgentOptions> = {}) {
  const stop = new AbortController()
  running = { stop, ended: agent(changes, options).run(stop.signal) }
  await settled()
  await pass(500)
}

async function stop() {
  running?.stop.abort()
  await settled()
  await pass(1_000)
  await running?.ended
  running = undefined
}

async function pass(ms: number) {
  clock.advance(ms)
  await settled()
}

/** Lets everything run that waits for no clock. */
async function settled() {
  for (let turn = 0; turn < 30; turn++) await new Promise((resolve) => setImmediate(resolve))
}

async function shipped(): Promise<Batch[]> {
  const batches: Batch[] = []
  for (const { key } of (await bucket.list(inboxPrefix)).objects) {
    const parsed = unpackBatch((await bucket.get(key))?.body ?? new Uint8Array())
    if (!parsed.ok || 'refused' in parseInboxKey(key)) throw new Error(`${key} is no batch`)
    batches.push(parsed.batch)
  }
  return batches
}

async function kinds(): Promise<string[][]> {
  return (await shipped()).map(({ records }) => records.map(({ kind }) => kind))
}

const logged = (name: string) =>
  readFileSync(join(directory, 'logs', name), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))

function createMetricSink(act: () => Promise<void> = async () => {}) {
  const sent: MetricPoint[] = []
  const metrics: MetricSink = {
    destination: 'metrics',
    send: async (points) => {
      sent.push(...points)
      await act()
      return { unsent: [], lostValues: 0 }
    },
  }
  return { metrics, sent }
}

const away: Bucket['put'] = (key) => Promise.reject(new BucketError('away', { operation: 'put', key, effect: 'none' }))
const hangs: Bucket['put'] = () => new Promise<never>(() => {})

describe('the agent', () => {
  it('sends its first snapshot at once and alone, with rates over half a second', async () => {
    await start({ batchSnapshots: 5 })
    expect(collector.collected).toBe(2)
    expect(await kinds()).toEqual([['snapshot']])
  })

  it('then sends as many together as it is set to', async () => {
    await start({ batchSnapshots: 3 })
    for (let snapshots = 0; snapshots < 7; snapshots++) await pass(minuteMs)
    expect((await kinds()).map((records) => records.length)).toEqual([1, 3, 3])
  })

  it('keeps to its interval however long a snapshot takes, and makes up for none that a sleep has cost', async () => {
    await start({ batchSnapshots: 1 })
    await pass(minuteMs)
    await pass(10.5 * minuteMs)
    expect(collector.collected).toBe(4)
    await pass(0.5 * minuteMs)
    expect(collector.collected).toBe(5)
  })

  it('sends at once when a threshold is crossed, either way, and writes it into alerts.log', async () => {
    await start({ batchSnapshots: 100 })
    for (const percent of [50, 95, 95, 50]) {
      collector.next = () => ({ cpu: { percent } })
      await pass(minuteMs)
    }
    expect((await kinds()).map((records) => records.length)).toEqual([1, 2, 2])
    expect(logged('alerts.log').map(({ rule, direction, value }) => [rule, direction, value])).toEqual([
      ['cpu', 'above', 95],
      ['cpu', 'below', 50],
    ])
  })

  it('sends at once when the mean over its window crosses the threshold: by that snapshot it is decided', async () => {
    await start({ batchSnapshots: 100, cpuWindowMs: 4 * minuteMs, memoryWindowMs: 60 * minuteMs })
    for (const percent of [10, 10, 10, 95, 95, 95, 95, 95, 10, 10, 10]) {
      collector.next = () => ({ cpu: { percent } })
      await pass(minuteMs)
    }
    // The first; the first above; the first whose mean is above; the first that is clear, and its mean with it.
    expect((await kinds()).map((records) => records.length)).toEqual([1, 4, 3, 2])
  })

  it('sends what a custom check finds in its snapshot and at once, and writes it into alerts.log', async () => {
    let wrong: object[] = []
    const checks = createChecks({
      checks: [{ name: 'queue', run: () => wrong }],
      reserved: [],
      deadlineMs: 1,
      clock,
      log,
    })
    await start({ batchSnapshots: 100 }, { checks })
    for (const next of [[], [{ message: 'too long' }], [{ message: 'longer' }], []]) {
      wrong = next
      await pass(minuteMs)
    }
    expect((await kinds()).map((records) => records.length)).toEqual([1, 2, 2])
    const sent = (await shipped()).flatMap(({ records }) => records).filter(({ kind }) => kind === 'snapshot')
    expect(sent.map((one) => 'findings' in one)).toEqual([false, false, true, true, false])
    expect(
      logged('alerts.log').map(({ rule, check, direction, message }) => [rule, check, direction, message]),
    ).toEqual([
      ['finding', 'queue', 'found', 'too long'],
      ['finding', 'queue', 'gone', 'longer'],
    ])
  })

  it('writes its logs when the bucket is away', async () => {
    bucket = { ...bucket, put: away }
    collector.next = () => ({ memory: { usedPercent: 99 } })
    await start()
    expect(logged('alerts.log')).toHaveLength(1)
    expect(logged('system_metrics.log')).toHaveLength(1)
    expect(logged('app_metrics.log')).toHaveLength(1)
  })

  it('closes a batch before it is larger than the inbox takes', async () => {
    const name = 'x'.repeat(1_000)
    const disks = Array.from({ length: 256 }, (_, index) => ({ mount: `/${index}/${name}`, usedPercent: 1 }))
    await start({ batchSnapshots: 500 })
    collector.next = () => ({ disks })
    for (let snapshots = 0; snapshots < 9; snapshots++) await pass(minuteMs)
    expect((await kinds()).map((records) => records.length)).toEqual([1, 3, 3, 3])
  })

  it('tells of itself, of its host and of the clock of the store', async () => {
    const pushedAtMs: number[] = []
    await start({ tags: { env: 'prod' } }, { onPushed: () => pushedAtMs.push(clock.now()) })
    const sentAtMs = clock.now()
    await pass(minuteMs)
    const [first, second] = await shipped()
    expect(first?.header).toMatchObject({
      host: 'web-1',
      seq: 1,
      agentVersion: '1.2.3',
      shipEveryMs: minuteMs,
      facts: { os: 'Debian', tags: { env: 'prod' } },
    })
    expect(first?.header).not.toHaveProperty('clock')
    expect(second?.header.clock).toEqual({
      bootId: 'boot-1',
      sinceBootMs: sentAtMs - 1_700_000_000_000,
      storeAtMs: 1_000_000 + sentAtMs,
    })
    expect(second?.records[0]).toMatchObject({
      agent: {
        spoolBatches: 0,
        spoolBytes: 0,
        droppedBatches: 0,
        lastPushAtMs: sentAtMs,
        rssBytes: expect.any(Number),
      },
    })
    expect(pushedAtMs).toEqual([sentAtMs, sentAtMs + minuteMs])
  })

  it('tells what it costs, how its spool fares and how far the clock of the store is off', async () => {
    collector.next = () => ({ agent: { collectCpuMs: 1.25 } })
    await start({ batchSnapshots: 1 })
    await pass(minuteMs)
    const [first, second] = (await shipped()).map(({ records }) => records[0])
    expect(first).not.toHaveProperty('agent.clockOffsetMs')
    expect(second).toMatchObject({
      agent: {
        collectCpuMs: 1.25,
        cpuPercent: expect.any(Number),
        spoolState: 'disk',
        droppedBatches: 0,
        droppedSnapshots: 0,
        clockOffsetMs: 1_000_000,
      },
    })
  })

  it('takes snapshots less often while they cost too much, says so at once, and as often as before when they do not', async () => {
    let cpuMs = 1_300
    collector.next = () => ({ agent: { collectCpuMs: cpuMs } })
    await start({ batchSnapshots: 5, maxCpuPercent: 2 })
    for (let snapshots = 0; snapshots < 2; snapshots++) await pass(minuteMs)
    expect((await shipped()).map(({ header: { shipEveryMs } }) => shipEveryMs)).toEqual([5 * minuteMs, 10 * minuteMs])
    const collected = collector.collected
    await pass(minuteMs)
    expect(collector.collected).toBe(collected)
    cpuMs = 1
    for (let snapshots = 0; snapshots < 20; snapshots++) await pass(minuteMs)
    const batches = await shipped()
    expect(batches.at(-1)?.header.shipEveryMs).toBe(5 * minuteMs)
    const planned = batches.flatMap(({ records }) =>
      records.flatMap((record) => (record.kind === 'snapshot' ? [record.intervalMs / minuteMs] : [])),
    )
    expect(planned).toEqual([1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1])
    expect(log.told()).toEqual([
      'snapshots cost more CPU than MONITOR_MAX_CPU allows; they are taken less often',
      'snapshots are cheap enough again; they are taken as often as was asked for',
    ])
  })

  it('shows each snapshot to everybody, also when one of them throws', async () => {
    const seen: number[] = []
    const throwing = {
      name: 'the first',
      observe: () => {
        throw new Error('no room')
      },
    }
    const second = { name: 'the second', observe: () => void seen.push(clock.now()) }
    await start({}, { observers: [throwing, second] })
    await pass(minuteMs)
    expect(seen).toHaveLength(2)
    expect(log.told()).toEqual(['could not tell the first of a snapshot', 'could not tell the first of a snapshot'])
  })

  it('does not wait for the inventory of its host: that comes with a later batch', async () => {
    const inventory = Promise.withResolvers<HostFacts>()
    collector.facts = () => inventory.promise
    await start()
    inventory.resolve({ virtualisation: 'kvm' })
    await pass(minuteMs)
    expect((await shipped()).map(({ header }) => header.facts)).toEqual([{}, { virtualisation: 'kvm' }])
  })

  it('hands its snapshots out as metrics, where they are asked for', async () => {
    const { metrics, sent } = createMetricSink()
    await start({ batchSnapshots: 5 }, { metrics })
    await pass(minuteMs)
    await stop()
    const cpu = sent.filter(({ name }) => name === 'cpu_usage_active')
    expect(cpu.flatMap(({ values }) => values)).toEqual([10, 10])
    expect(cpu.map(({ dimensions }) => dimensions)).toEqual([
      { host: 'web-1', cpu: 'cpu-total' },
      { host: 'web-1', cpu: 'cpu-total' },
    ])
  })

  it('goes on when a snapshot or the inventory fails, and tells', async () => {
    collector.facts = () => Promise.reject(new Error('no inventory'))
    let isFailing = true
    collector.next = () => {
      if (isFailing) throw new Error('no snapshot')
      return {}
    }
    await start()
    isFailing = false
    await pass(minuteMs)
    expect(await kinds()).toEqual([['snapshot']])
    expect(log.events.map(({ event, fields }) => [event, fields.reason]).sort()).toEqual([
      ['could not take a snapshot', 'no snapshot'],
      ['could not take the first readings', 'no snapshot'],
      ['the inventory of this host could not be read', 'no inventory'],
    ])
  })

  it('goes on in memory when the spool takes nothing', async () => {
    await start()
    // A file where the directory was: not even root can write into that.
    rmSync(join(directory, 'data'), { recursive: true })
    writeFileSync(join(directory, 'data'), '')
    await pass(minuteMs)
    expect(log.told()).toEqual([
      'the spool can not be written; snapshots are kept in memory',
      'the status of the agent can not be written',
    ])
    expect(logged('system_metrics.log')).toHaveLength(2)
  })
})

describe('other settings for an agent that runs', () => {
  async function startReloadable(changes: Partial<Settings> = {}, options: Partial<AgentOptions> = {}) {
    const stop = new AbortController()
    const reloadable = agent(changes, options)
    running = { stop, ended: reloadable.run(stop.signal) }
    await settled()
    await pass(500)
    return {
      reload: async (next: Partial<Settings>) => {
        const change = reloadable.reload(settings({ ...changes, ...next }))
        await settled()
        return change
      },
    }
  }

  it('hold from a snapshot on that is taken at once, and are in what is sent', async () => {
    const { reload } = await startReloadable({ batchSnapshots: 1, intervalMs: 3_600_000 })
    await pass(minuteMs)
    const change = await reload({ batchSnapshots: 1, intervalMs: 10_000, tags: { env: 'prod' } })
    expect(change).toEqual({ taken: ['MONITOR_TAGS', 'MONITOR_INTERVAL'], atNextStart: [] })
    expect(collector.collected).toBe(3)
    await pass(10_000)
    expect(collector.collected).toBe(4)
    const headers = (await shipped()).map(({ header: { shipEveryMs, facts } }) => [shipEveryMs, facts.tags])
    expect(headers).toEqual([
      [3_600_000, undefined],
      [10_000, { env: 'prod' }],
      [10_000, { env: 'prod' }],
    ])
  })

  it('judge what comes by other thresholds', async () => {
    const { reload } = await startReloadable({ cpuThreshold: 80 })
    collector.next = () => ({ cpu: { percent: 60 } })
    await pass(minuteMs)
    await reload({ cpuThreshold: 50 })
    expect(logged('alerts.log').map(({ direction, threshold }) => [direction, threshold])).toEqual([['above', 50]])
  })

  it('open another collector where it is of those, with rates from its first snapshot on', async () => {
    const second = createScriptedCollector()
    const opened: number[] = []
    const { reload } = await startReloadable(
      {},
      {
        openCollector: ({ topProcesses }) => {
          opened.push(topProcesses)
          return second.port
        },
      },
    )
    await reload({ intervalMs: 30_000 })
    expect([opened, collector.closed]).toEqual([[], 0])
    await reload({ topProcesses: 3 })
    expect([opened, collector.closed, second.collected]).toEqual([[3], 1, 1])
    await pass(500)
    expect(second.collected).toBe(2)
    await stop()
    expect([collector.closed, second.closed]).toEqual([1, 1])
  })

  it('bound the spool anew', async () => {
    bucket = { ...bucket, put: away }
    const { reload } = await startReloadable({ batchSnapshots: 1 })
    for (let snapshots = 0; snapshots < 3; snapshots++) await pass(minuteMs)
    const spooled = () => readdirSync(join(directory, 'data', 'spool')).filter((name) => name.startsWith('batch-'))
    expect(spooled()).toHaveLength(4)
    await reload({ batchSnapshots: 1, spoolMaxBytes: 1 })
    expect(spooled()).toHaveLength(1)
  })

  it('go into other logs; and logs that were moved away are opened again although nothing has changed', async () => {
    const { reload } = await startReloadable()
    renameSync(join(directory, 'logs', 'system_metrics.log'), join(directory, 'moved.log'))
    await reload({})
    expect(logged('system_metrics.log')).toHaveLength(1)
    await reload({ logDir: join(directory, 'elsewhere') })
    expect(readdirSync(join(directory, 'elsewhere'))).toContain('system_metrics.log')
  })

  it('are left to the next start where they can not change, and that is said', async () => {
    const { reload } = await startReloadable()
    const before = collector.collected
    const change = await reload({ dataDir: join(directory, 'other'), host: 'web-2', bucketUrl: 's3://other' })
    expect(change).toEqual({ taken: [], atNextStart: ['MONITOR_BUCKET', 'MONITOR_DATA_DIR', 'MONITOR_HOST'] })
    expect(collector.collected).toBe(before + 1)
    expect((await shipped()).map(({ header: { host } }) => host)).toEqual(['web-1', 'web-1'])
  })
})

describe('a stop of the agent', () => {
  it('finishes the snapshot that is being taken, and sends it with the goodbye', async () => {
    const slow = Promise.withResolvers<void>()
    await start({ batchSnapshots: 5 })
    const { collect } = collector.port
    collector.port.collect = async (options) => {
      const snapshot = await collect(options)
      await slow.promise
      return snapshot
    }
    await pass(minuteMs)
    running?.stop.abort()
    await settled()
    expect(await kinds()).toEqual([['snapshot']])
    slow.resolve()
    await stop()
    expect(await kinds()).toEqual([['snapshot'], ['snapshot', 'goodbye']])
  })

  it('takes as long as it is allowed to, and no longer', async () => {
    bucket = { ...bucket, put: hangs }
    await start({ stopWithinMs: 7_000 })
    let hasEnded = false
    running?.ended.then(() => {
      hasEnded = true
    })
    running?.stop.abort()
    await settled()
    await pass(6_999)
    expect(hasEnded).toBe(false)
    await pass(1)
    expect(hasEnded).toBe(true)
  })

  it('sends what is open, and goodbye', async () => {
    await start({ batchSnapshots: 5 })
    await pass(minuteMs)
    await stop()
    expect(await kinds()).toEqual([['snapshot'], ['snapshot', 'goodbye']])
    expect(readdirSync(join(directory, 'data', 'spool')).filter((name) => !name.startsWith('.'))).toEqual([])
    expect(collector.closed).toBe(1)
  })

  it('says goodbye even before the first snapshot', async () => {
    const stopping = new AbortController()
    running = { stop: stopping, ended: agent().run(stopping.signal) }
    await stop()
    expect(await kinds()).toEqual([['goodbye']])
  })

  it.each([
    ['hangs', hangs],
    ['is away', away],
  ])('ends when the bucket %s, and the next start sends what was kept', async (_, put) => {
    const reachable = bucket
    bucket = { ...bucket, put }
    await start({ batchSnapshots: 5 })
    await pass(minuteMs)
    await stop()
    bucket = reachable
    expect(await kinds()).toEqual([])
    await start({ batchSnapshots: 5 })
    const batches = await shipped()
    expect(batches.map(({ header: { seq }, records }) => [seq, records.map(({ kind }) => kind)])).toEqual([
      [1, ['snapshot']],
      [2, ['snapshot', 'goodbye']],
      [1, ['snapshot']],
    ])
    expect(new Set(batches.map(({ header: { stream } }) => stream)).size).toBe(2)
  })

  it('ends when metrics hang, and by then has sent all else', async () => {
    const { metrics } = createMetricSink(() => new Promise<never>(() => {}))
    await start({ batchSnapshots: 5 }, { metrics })
    for (let snapshots = 0; snapshots < 5; snapshots++) await pass(minuteMs)
    expect((await kinds()).map((records) => records.length)).toEqual([1, 5])
    await pass(minuteMs)
    await stop()
    expect((await kinds()).at(-1)).toEqual(['snapshot', 'goodbye'])
  })

  it('leaves the spool to the next agent, and until then to none', async () => {
    await start()
    const second = createScriptedCollector()
    await expect(agent({}, { collector: second.port }).run(new AbortController().signal)).rejects.toThrow(
      'another agent is using it',
    )
    expect(second.closed).toBe(1)
    await stop()
    await start()
    expect(await kinds()).toEqual([['snapshot'], ['goodbye'], ['snapshot']])
  })
})
