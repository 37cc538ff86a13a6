import { beforeEach, expect, it, vi } from 'vitest'
import { type Bucket, BucketError } from '../../../adapters/bucket/port.ts'
import { type Log, silentLog } from '../../../adapters/log/port.ts'
import { heartbeatKey } from '../../../core/keys.ts'
import { createHeartWatch, lookEveryMs } from '../../../embedded/heart-watch.ts'
import type { Jobs } from '../../../embedded/jobs.ts'
import { startSchedules } from '../../../embedded/schedules.ts'
import { makeSettings, minuteMs, startMs } from '../../make.ts'
import { createMemoryBucket } from '../../simulation/memory-bucket.ts'

let nowMs: number
let bucket: Bucket
let told: string[]
beforeEach(() => {
  nowMs = startMs
  bucket = createMemoryBucket({ now: () => nowMs })
  told = []
})

const clock = { now: () => nowMs, monotonicMs: () => nowMs, sleep: async () => {} }
const log: Log = {
  ...silentLog,
  info: (event) => told.push(`info: ${event}`),
  warn: (event, { reason } = {}) => told.push(`warning: ${event}${reason ? ` (${reason})` : ''}`),
}

const beat = (atMs = nowMs) => bucket.put(heartbeatKey, Buffer.from(JSON.stringify({ v: 1, atMs, shards: 1 })))

/** Looks each five minutes, as the schedule has it; `each` comes before a look. */
async function watchFor(minutes: number, watch: ReturnType<typeof createHeartWatch>, each = async () => {}) {
  for (const endMs = nowMs + minutes * minuteMs; nowMs < endMs; ) {
    nowMs += lookEveryMs
    await each()
    await watch.look()
  }
}

it('says nothing while evaluate runs', async () => {
  await watchFor(120, createHeartWatch({ bucket, clock, log }), async () => void (await beat(nowMs - 4 * minuteMs)))
  expect(told).toEqual([])
})

it('warns once when evaluate has stopped for more than 15 minutes, and says when it runs again', async () => {
  const watch = createHeartWatch({ bucket, clock, log })
  await beat()
  await watchFor(15, watch)
  expect(told).toEqual([])
  await watchFor(60, watch)
  expect(told).toEqual([expect.stringMatching(/^warning: evaluate last ran 20\smin ago: no alert is decided/)])
  await beat()
  await watchFor(5, watch)
  expect(told.slice(1)).toEqual(['info: evaluate runs again'])
  await watchFor(60, watch)
  expect(told).toHaveLength(3)
})

it('warns of one that never ran', async () => {
  await watchFor(60, createHeartWatch({ bucket, clock, log }))
  expect(told).toEqual(['warning: evaluate has not run yet: no alert is decided, and nobody is told'])
})

it.each([
  ['that the machine slept', 8 * 60],
  ['that the clock was put back', -8 * 60],
])('gives evaluate time to run after it found %s', async (_, minutes) => {
  const watch = createHeartWatch({ bucket, clock, log })
  await beat(nowMs - 9 * 60 * minuteMs)
  await watchFor(10, watch)
  nowMs += minutes * minuteMs
  await watchFor(15, watch)
  expect(told).toEqual([])
  await watchFor(10, watch)
  expect(told).toHaveLength(1)
})

it('takes a bucket that can not be read for one without a heartbeat, and says why', async () => {
  const away: Bucket = {
    ...bucket,
    get: async (key) => {
      throw new BucketError('the store is away', { operation: 'get', key, effect: 'none' })
    },
  }
  await watchFor(60, createHeartWatch({ bucket: away, clock, log }))
  expect(told).toEqual([expect.stringMatching(/^warning: evaluate has not run yet: .*\(.*the store is away.*\)$/)])
})

it('looks at the start and every five minutes, by the schedules of the process', async () => {
  vi.useFakeTimers()
  const runner = () => ({ wake: vi.fn(), runNow: async () => {} })
  const [evaluate, notify, rollup, report, dueReports, heartWatch] = [...Array(6)].map(runner)
  const jobs = { evaluate, notify, rollup, report, dueReports, heartWatch } as unknown as Jobs
  const { stop } = startSchedules({ settings: makeSettings(), jobs })
  await vi.advanceTimersByTimeAsync(61 * minuteMs)
  stop()
  vi.useRealTimers()
  expect(heartWatch?.wake.mock.calls).toHaveLength(1 + 12)
})
