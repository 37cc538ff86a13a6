/**
 * A fleet's day on a bucket, minute by minute: agents send, and each function runs by the schedules of the stack. What each
 * asked of the store is counted apart: that is what it costs.
 */
import { countRequests, type RequestCounts } from '../adapters/bucket/counted.ts'
import { ensureLayout } from '../adapters/bucket/layout.ts'
import type { Bucket } from '../adapters/bucket/port.ts'
import { systemRandom } from '../adapters/clock/system.ts'
import { silentLog } from '../adapters/log/port.ts'
import { defaultReceiverLimits, retryPolicies } from '../adapters/receivers/policy.ts'
import { defaultRuleSet } from '../core/alerts/default-rules.ts'
import { type ShardCount, shards } from '../core/keys.ts'
import type { Snapshot } from '../core/snapshot.ts'
import { createHandler as createEvaluate } from '../functions/evaluate/handler.ts'
import { createHandler as createNotify } from '../functions/notify/handler.ts'
import { createHandler as createOpen } from '../functions/open/handler.ts'
import { createDueReports } from '../functions/report/due.ts'
import { createHandler as createReport } from '../functions/report/handler.ts'
import { createScheduledHandler as createRollup } from '../functions/rollup/handler.ts'
import { makeBatch, makeInboxObject, makeSettings, minuteMs } from './make.ts'

export interface Fleet {
  bucket: Bucket
  hosts: number
  shardCount: ShardCount
  intervalMs: number
  /** Snapshots in one batch. */
  batch: number
  snapshotOf(host: number, atMs: number): Snapshot
  /** How often somebody looks at the status page. */
  viewsADay: number
}

export const counted = ['agents', 'evaluate', 'notify', 'rollup', 'report', 'open'] as const
export type Counted = Record<(typeof counted)[number], RequestCounts>

export interface Fleeting {
  /** Lives on for so many minutes; what was asked in them. */
  live(minutes: number): Promise<Counted>
}

const dayMinutes = 1_440
const hourMinutes = 60
/** As serverless.yml and functions/<name>/function.yml have them. */
const every = { rollup: hourMinutes, due: 15 }

/** `beginMs`: of a day, so that the day's schedules are met. */
export async function liveFleet(fleet: Fleet, beginMs: number): Promise<Fleeting> {
  const { bucket, hosts, shardCount, intervalMs, batch, snapshotOf, viewsADay } = fleet
  await ensureLayout({ bucket, shardCount })
  let nowMs = beginMs
  const clock = { now: () => nowMs, monotonicMs: () => nowMs, sleep: async () => {} }
  const buckets = Object.fromEntries(counted.map((name) => [name, countRequests(bucket)])) as Record<
    (typeof counted)[number],
    ReturnType<typeof countRequests>
  >
  const depsOf = (name: (typeof counted)[number]) => ({
    ...{ bucket: buckets[name].bucket, shardCount, clock, random: systemRandom, log: silentLog, timeZone: 'UTC' },
  })
  const settings = makeSettings()
  const mail = {
    ...{ reachesSomebody: true, destination: 'ops', name: 'default', retry: retryPolicies.mail },
    send: async ({ id }: { id: string }) => ({ messageId: `<${id}>`, where: 'ops' }),
  }
  const charts = { name: 'none', render: async () => Buffer.from('a picture') }
  const evaluate = createEvaluate({ ...depsOf('evaluate'), rules: defaultRuleSet(settings) })
  const notify = createNotify({ ...depsOf('notify'), receivers: { default: { ...defaultReceiverLimits, ...mail } } })
  const rollup = createRollup({ ...depsOf('rollup'), policy: settings })
  const thresholds = { cpuPercent: 80, memoryPercent: 85, diskPercent: 90 }
  const report = createReport({ ...depsOf('report'), charts, thresholds, keepReportsDays: 400, sender: mail })
  const daily = { name: 'daily', every: 'day', at: '07:00', to: ['ops@example.com'] } as const
  const makeDue = createDueReports({ ...depsOf('report'), schedules: [{ ...daily, to: [...daily.to] }], report })
  const open = createOpen({
    ...depsOf('open'),
    ...{ linkKeys: [], notifier: mail, hrefTo: (path: string) => path, access: 'everyone', shards: shards(shardCount) },
  })

  const sendEvery = Math.max(1, Math.round((intervalMs * batch) / minuteMs))
  const seqs = new Map<number, number>()
  const send = async (host: number) => {
    const seq = (seqs.get(host) ?? 0) + 1
    seqs.set(host, seq)
    const records = Array.from({ length: batch }, (_, at) => snapshotOf(host, nowMs - (batch - at) * intervalMs))
    const name = `web-${host}`
    const stream = String(host).padStart(16, '0')
    const { key, body } = makeInboxObject(
      makeBatch({ host: name, stream, seq, records, shipEveryMs: intervalMs * batch }),
    )
    await buckets.agents.bucket.put(key, body, { ifAbsent: true })
  }
  const minute = async (at: number) => {
    nowMs += minuteMs
    for (let host = 0; host < hosts; host++) if ((host + 2) % sendEvery === at % sendEvery) await send(host)
    const outcomes = await evaluate({})
    const isTold = outcomes.some((one) => one.outcome === 'committed' && one.notices > 0)
    // Woken by evaluate, and by its own schedule.
    for (let run = 0; run < (isTold ? 2 : 1); run++) await notify({})
    if (at % every.rollup === 0) await rollup({})
    if (at % dayMinutes === 0) await rollup({ sweep: 'log' })
    if (at % every.due === 0) await makeDue()
    if (at % Math.round(dayMinutes / viewsADay) === 0)
      await open({ method: 'GET', path: '/', query: {}, headers: {}, body: Buffer.of() })
  }
  let lived = 0
  return {
    live: async (minutes) => {
      const before = countsNow(buckets)
      for (let end = lived + minutes; lived < end; ) await minute(++lived)
      const after = countsNow(buckets)
      return Object.fromEntries(counted.map((name) => [name, less(after[name], before[name])])) as Counted
    },
  }
}

function countsNow(buckets: Record<(typeof counted)[number], { counts(): RequestCounts }>): Counted {
  return Object.fromEntries(counted.map((name) => [name, buckets[name].counts()])) as Counted
}

function less(one: RequestCounts, other: RequestCounts): RequestCounts {
  return { reads: one.reads - other.reads, lists: one.lists - other.lists, writes: one.writes - other.writes }
}
