/** Publishes the last day of a shard's hosts, after a rollup that took something. */
import { type Bucket, BucketError } from '../../adapters/bucket/port.ts'
import { readHistory } from '../../adapters/history/history.ts'
import type { Log } from '../../adapters/log/port.ts'
import { dayHours, dayPoints, dayStepMs, type HostDay, type ShardDay } from '../../core/day.ts'
import { dayKey, type Shard } from '../../core/keys.ts'
import { publishedDayFields } from '../../core/published.ts'
import { objectStarts } from '../../core/rollup/rollup.ts'

/** Costs two reads, one after the other so that one of them is in memory, and a write. What fails is told: the next rollup does it. */
export async function publishDay({
  bucket,
  shard,
  log,
  nowMs,
}: {
  bucket: Bucket
  shard: Shard
  log: Log
  nowMs: number
}): Promise<void> {
  const hours = dayHours(nowMs)
  const [fromMs = nowMs] = hours
  const toMs = fromMs + hours.length * dayStepMs
  const hosts = new Map<string, HostDay>()
  try {
    const starts = objectStarts('1h', fromMs, toMs)
    for (const [index, startMs] of starts.entries()) {
      const part = { fromMs: Math.max(fromMs, startMs), toMs: starts[index + 1] ?? toMs }
      const history = await readHistory({ bucket, shards: [shard], resolution: '1h', ...part })
      for (const [host, known] of history.hosts) {
        const day = hosts.get(host) ?? emptyDay(host, hours.length)
        hosts.set(host, day)
        for (const field of publishedDayFields) {
          for (const [atMs, point] of dayPoints(known, field)) day[field][(atMs - fromMs) / dayStepMs] = point
        }
      }
    }
    const view: ShardDay = { v: 1, shard, publishedAtMs: nowMs, fromMs, hosts: [...hosts.values()] }
    await bucket.put(dayKey(shard), Buffer.from(JSON.stringify(view)))
  } catch (error) {
    if (!(error instanceof BucketError)) throw error
    log.warn('the last day was not published; the next rollup does it', { shard, reason: error.message })
  }
}

function emptyDay(host: string, length: number): HostDay {
  const unknown = () => Array.from({ length }, () => null)
  return { host, cpuPercent: unknown(), memoryPercent: unknown(), diskPercent: unknown() }
}
