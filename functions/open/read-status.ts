/** Gathers what the status page shows. What can't be read is told on the page, and the rest is shown. */
import { readHeartbeat } from '../../adapters/bucket/heartbeat.ts'
import { type Bucket, BucketError } from '../../adapters/bucket/port.ts'
import { readControl } from '../../adapters/control/control.ts'
import type { ShardDay } from '../../core/day.ts'
import type { Heartbeat } from '../../core/heartbeat.ts'
import { dayKey, nowKey, openNoticesPrefix, type Shard, sentNoticeKey } from '../../core/keys.ts'
import type { NoticeObject } from '../../core/notice.ts'
import type { ShardNow } from '../../core/now.ts'
import { type Control, noControl } from '../../core/telling/control.ts'

export interface StatusObjects {
  nows: ShardNow[]
  /** Of shards that were rolled up. */
  days: ShardDay[]
  /** Newest first. */
  notices: NoticeObject[]
  /** What operators say. */
  control: Control
  /** evaluate's own; absent: it never wrote one. */
  heartbeat?: Heartbeat
  problems: string[]
}

/** A view of 1,000 hosts. */
const nowMaxBytes = 64 * 1024 * 1024
/** Of 1,000 hosts it has some 400 kB. */
const dayMaxBytes = 16 * 1024 * 1024
const noticeMaxBytes = 1024 * 1024
const noticesShown = 20
const dayMs = 86_400_000
/** How far back sent notices are looked for. */
const daysShown = 3
const readsAtOnce = 16

export async function readStatus({
  bucket,
  shards,
  nowMs,
}: {
  bucket: Bucket
  shards: readonly Shard[]
  nowMs: number
}): Promise<StatusObjects> {
  const problems: string[] = []
  const [nows, days, keys, heartbeat, known] = await Promise.all([
    readAll<ShardNow>(bucket, shards.map(nowKey), nowMaxBytes, problems),
    readAll<ShardDay>(bucket, shards.map(dayKey), dayMaxBytes, problems),
    orProblem(() => noticeKeys(bucket, nowMs), [], problems),
    orProblem(() => readHeartbeat(bucket), undefined, problems),
    orProblem(() => readControl(bucket), undefined, problems),
  ])
  const notices = await readAll<NoticeObject>(bucket, keys, noticeMaxBytes, problems)
  const newest = notices.sort((a, b) => b.notice.atMs - a.notice.atMs).slice(0, noticesShown)
  return {
    nows,
    days,
    notices: newest,
    control: known?.control ?? noControl,
    ...(heartbeat ? { heartbeat } : {}),
    problems,
  }
}

/** Open ones and those of the last days; bounded, whatever an outage has piled up. */
async function noticeKeys(bucket: Bucket, nowMs: number): Promise<string[]> {
  const days = Array.from({ length: daysShown }, (_, index) => prefixOfDay(nowMs - index * dayMs))
  const pages = await Promise.all(
    [openNoticesPrefix, ...days].map((prefix) => bucket.list(prefix, { limit: 10 * noticesShown })),
  )
  return pages.flatMap(({ objects }) => objects.map(({ key }) => key))
}

function prefixOfDay(atMs: number): string {
  const key = sentNoticeKey('', atMs)
  return key.slice(0, key.lastIndexOf('/') + 1)
}

export async function readAll<T>(
  bucket: Bucket,
  keys: readonly string[],
  maxBytes: number,
  problems: string[],
): Promise<T[]> {
  const found: T[] = []
  for (let at = 0; at < keys.length; at += readsAtOnce) {
    const read = await Promise.all(
      keys
        .slice(at, at + readsAtOnce)
        .map((key) => orProblem(() => readJson<T>(bucket, key, maxBytes), undefined, problems)),
    )
    found.push(...read.filter((one) => one !== undefined))
  }
  return found
}

async function readJson<T>(bucket: Bucket, key: string, maxBytes: number): Promise<T | undefined> {
  const object = await bucket.get(key, { maxBytes })
  if (!object) return undefined
  const value = parse(key, object.body)
  if (value?.v !== 1) throw new SyntaxError(`${key}: version ${String(value?.v)}, expected 1`)
  return value as T
}

function parse(key: string, body: Uint8Array): { v?: unknown } | null {
  try {
    return JSON.parse(Buffer.from(body).toString('utf8'))
  } catch (cause) {
    throw new SyntaxError(`${key} is damaged: ${(cause as Error).message}`, { cause })
  }
}

export async function orProblem<T>(read: () => Promise<T>, otherwise: T, problems: string[]): Promise<T> {
  try {
    return await read()
  } catch (error) {
    if (!(error instanceof BucketError) && !(error instanceof SyntaxError)) throw error
    problems.push(error.message)
    return otherwise
  }
}
