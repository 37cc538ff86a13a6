import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import type { MetricOutcome, MetricPoint, MetricSink } from '../../../../adapters/metrics/port.ts'
import { createMetricShipper, type MetricShipperOptions } from '../../../../agent/ship/metrics.ts'
import { maxWaitingValues } from '../../../../agent/ship/waiting-points.ts'
import { selectKinds } from '../../../../core/host-metrics.ts'
import { makeSnapshot, minuteMs, startMs } from '../../../make.ts'
import { createManualClock, type ManualClock } from '../../functions/notify/manual-clock.ts'
import { createRecordingLog, type RecordingLog } from '../recording-log.ts'

type Answer = 'taken' | 'not taken' | 'unknown' | 'hangs'

let clock: ManualClock
let log: RecordingLog
/** By turns; the last for all that follow. */
let answers: Answer[]
/** What each call brought. */
let sent: MetricPoint[][]

beforeEach(() => {
  clock = createManualClock()
  log = createRecordingLog()
  answers = ['taken']
  sent = []
})

const sink: MetricSink = {
  destination: 'CloudWatch',
  send: async (points, { signal }): Promise<MetricOutcome> => {
    sent.push([...points])
    switch (answers.length > 1 ? answers.shift() : answers[0]) {
      case 'not taken':
        return { failure: 'away', unsent: [...points], lostValues: 0 }
      case 'unknown':
        return { failure: 'no answer', unsent: [], lostValues: count(points) }
      case 'hangs':
        await new Promise((resolve) => signal.addEventListener('abort', resolve))
        return { failure: 'interrupted', unsent: [], lostValues: count(points) }
      default:
        return { unsent: [], lostValues: 0 }
    }
  },
}

const count = (points: readonly MetricPoint[]) => points.reduce((sum, { values }) => sum + values.length, 0)
const cpu = (points: readonly MetricPoint[] = []) =>
  points.filter(({ name }) => name === 'cpu_usage_active').map(({ startMs: at, values }) => [at - startMs, values])

const usual = { host: 'web-1', kinds: selectKinds(undefined), resolutionSeconds: 60 } as const

function start(options: Partial<MetricShipperOptions> = {}) {
  const shipper = createMetricShipper({ ...usual, sink, clock, log, ...options })
  const stop = new AbortController()
  const deadline = new AbortController()
  const ended = shipper.run({ stop: stop.signal, deadline: deadline.signal })
  const add = (atMs: number, cpuPercent = 10) =>
    shipper.observe({ snapshot: makeSnapshot({ atMs: startMs + atMs, cpuPercent }) })
  return { shipper, stop, deadline, ended, add }
}

/** Lets everything run that waits for no clock. */
async function settled() {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
}

async function pass(ms: number) {
  clock.advance(ms)
  await settled()
}

describe('shipping metrics', () => {
  it('sends the first snapshot at once, and then once a minute all that came', async () => {
    const { add } = start()
    add(0)
    await settled()
    expect(sent).toHaveLength(1)
    add(1_000)
    add(2_000)
    await pass(minuteMs - 1)
    expect(sent).toHaveLength(1)
    await pass(1)
    expect(sent.map(cpu)).toEqual([[[0, [10]]], [[0, [10, 10]]]])
  })

  it('keeps the values of a minute together, and minutes apart', async () => {
    const { add } = start()
    add(-minuteMs)
    await settled()
    for (const [atMs, percent] of [
      [59_000, 1],
      [59_999, 2],
      [60_000, 3],
    ] as const)
      add(atMs, percent)
    await pass(minuteMs)
    expect(cpu(sent[1])).toEqual([
      [0, [1, 2]],
      [minuteMs, [3]],
    ])
  })

  it('keeps mounts apart', async () => {
    const { shipper } = start()
    const disks: [string, number][] = [
      ['/', 30],
      ['/data', 60],
    ]
    shipper.observe({ snapshot: makeSnapshot({ disks }) })
    await settled()
    const points = sent[0]?.filter(({ name }) => name === 'disk_used_percent')
    expect(points?.map(({ dimensions, values }) => [dimensions, values])).toEqual([
      [{ host: 'web-1', path: '/' }, [30]],
      [{ host: 'web-1', path: '/data' }, [60]],
    ])
  })

  it('tells the price before the first is sent, and again when the host has half as many series more', async () => {
    const { shipper } = start()
    const disks = (count: number) =>
      Array.from({ length: count }, (_, index): [string, number] => [`/data-${index}`, 1])
    for (const count of [1, 2, 5]) shipper.observe({ snapshot: makeSnapshot({ disks: disks(count) }) })
    expect(sent).toEqual([])
    expect(log.events.map(({ event, fields }) => [event, fields.price])).toEqual([
      ['metrics have a price', '$1.64 a month (4 metrics $1.20, calls $0.44)'],
      ['metrics have a price', '$2.84 a month (8 metrics $2.40, calls $0.44)'],
    ])
    await settled()
    expect(sent).toHaveLength(1)
  })

  it('sends only what is asked for', async () => {
    const { add } = start({ kinds: selectKinds(['mem_*_percent']) })
    add(0)
    await settled()
    expect(sent[0]?.map(({ name }) => name)).toEqual(['mem_used_percent'])
  })

  it('of high resolution keeps seconds apart, and sends each ten of them', async () => {
    const { add } = start({ resolutionSeconds: 1 })
    add(0)
    await settled()
    add(1_000, 1)
    add(1_900, 2)
    add(2_000, 3)
    await pass(10_000)
    expect(cpu(sent[1])).toEqual([
      [1_000, [1, 2]],
      [2_000, [3]],
    ])
    expect(sent[1]?.every(({ resolutionSeconds }) => resolutionSeconds === 1)).toBe(true)
  })

  it('asks who takes nothing once a minute only, of high resolution as well', async () => {
    answers = ['not taken']
    const { add } = start({ resolutionSeconds: 1 })
    add(0)
    await settled()
    await pass(59_000)
    expect(sent).toHaveLength(1)
    await pass(1_000)
    expect(sent).toHaveLength(2)
  })

  it('sends nothing where nothing came', async () => {
    const { stop, ended } = start()
    await pass(10 * minuteMs)
    stop.abort()
    await ended
    expect(sent).toEqual([])
  })

  it('sends again what nobody has, with what came since', async () => {
    answers = ['not taken', 'taken']
    const { add } = start()
    add(0, 1)
    await settled()
    add(30_000, 2)
    await pass(minuteMs)
    expect(sent.map(cpu)).toEqual([[[0, [1]]], [[0, [1, 2]]]])
  })

  it('does not send again what may have been taken', async () => {
    answers = ['unknown', 'taken']
    const { add } = start()
    add(0, 1)
    await settled()
    add(minuteMs, 2)
    await pass(minuteMs)
    expect(cpu(sent[1])).toEqual([[minuteMs, [2]]])
  })

  it('tells a failure once, and once when it is over with what it has cost', async () => {
    answers = ['not taken', 'unknown', 'not taken', 'taken', 'taken']
    const { add } = start()
    for (let minute = 0; minute < 5; minute++) {
      add(minute * minuteMs)
      await pass(minute === 0 ? 0 : minuteMs)
    }
    expect(log.events.slice(1).map(({ event, fields }) => [event, fields])).toEqual([
      ['metrics are not taken', { sink: 'CloudWatch', reason: 'away' }],
      ['metrics are taken again', { sink: 'CloudWatch', failures: 3, lostValues: 2 * count(sent[0] ?? []) }],
    ])
  })

  it('keeps so much and no more while nothing is taken, and lets the oldest go', async () => {
    answers = ['not taken']
    const { add } = start()
    const perSnapshot = 4
    const snapshots = maxWaitingValues / perSnapshot + 100
    for (let snapshot = 0; snapshot < snapshots; snapshot++) {
      add(snapshot * minuteMs, snapshot % 100)
      if (snapshot % 50 === 0) await pass(minuteMs)
    }
    await pass(minuteMs)
    const last = sent.at(-1) ?? []
    expect(count(last)).toBe(maxWaitingValues)
    expect(cpu(last)[0]?.[0]).toBe(100 * minuteMs)
    answers = ['taken']
    await pass(minuteMs)
    expect(log.events.at(-1)?.fields).toMatchObject({ lostValues: 100 * perSnapshot })
  })

  it('sends at its end what is left, without waiting for its minute', async () => {
    const { add, stop, ended } = start()
    add(0)
    await settled()
    add(1_000, 7)
    stop.abort()
    await ended
    expect(cpu(sent[1])).toEqual([[0, [7]]])
  })

  it('ends at its deadline, whatever hangs', async () => {
    answers = ['hangs']
    const { add, stop, deadline, ended } = start()
    add(0)
    await settled()
    add(1_000)
    stop.abort()
    await settled()
    deadline.abort()
    await ended
    expect(sent).toHaveLength(1)
  })

  it('loses no value and counts none twice, however it is answered', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom<Answer>('taken', 'not taken', 'unknown'), { minLength: 1, maxLength: 20 }),
        fc.array(fc.nat({ max: 90_000 }), { maxLength: 60 }),
        async (script, stepsMs) => {
          clock = createManualClock()
          sent = []
          answers = [...script, 'taken']
          const taken: number[] = []
          const unknown: number[] = []
          const counting: MetricSink = {
            ...sink,
            send: async (points, options) => {
              const values = points.filter(({ name }) => name === 'cpu_usage_active').flatMap((point) => point.values)
              const outcome = await sink.send(points, options)
              if (outcome.failure === undefined) taken.push(...values)
              else if (outcome.unsent.length === 0) unknown.push(...values)
              return outcome
            },
          }
          const shipper = createMetricShipper({ ...usual, sink: counting, clock, log })
          const stop = new AbortController()
          const ended = shipper.run({ stop: stop.signal, deadline: new AbortController().signal })
          let atMs = startMs
          for (const [index, stepMs] of stepsMs.entries()) {
            atMs += stepMs
            shipper.observe({ snapshot: makeSnapshot({ atMs, cpuPercent: index / 60 }) })
            clock.advance(stepMs)
            await settled()
          }
          answers = ['taken']
          stop.abort()
          await ended
          const seen = [...taken, ...unknown].sort((a, b) => a - b)
          expect(seen).toEqual(stepsMs.map((_, index) => index / 60))
        },
      ),
      { numRuns: 30 },
    )
  })
})
