/** The log of a bucket through the evaluator. Reads, and writes nothing. */
import { readHeartbeat } from '../../adapters/bucket/heartbeat.ts'
import type { Bucket } from '../../adapters/bucket/port.ts'
import { openShardLog, placeOf, readBlocks, type ShardLog, startBefore } from '../../adapters/history/shard-log.ts'
import { beatEveryMs } from '../../core/heartbeat.ts'
import type { Shard } from '../../core/keys.ts'
import { type Compared, compareTellings, noticeOf } from '../../core/replay/compare.ts'
import type { Deciding, Difference } from '../../core/replay/replay.ts'
import { createShardReplay, type ShardReplayed } from '../../core/replay/shard-replay.ts'
import type { Tellings, ToldOnce } from '../../core/replay/told.ts'
import { warmUpMs } from '../../core/replay/warm-up.ts'

export interface ReplayOptions extends Deciding {
  bucket: Bucket
  shards: readonly Shard[]
  /** Milliseconds UTC; `toMs` is not included, and not later than now. */
  fromMs: number
  toMs: number
  /** Absent: all. */
  hosts?: readonly string[]
  /** Between two runs of evaluate. */
  everyMs: number
  onProgress(done: { blocks: number; of: number; shard: Shard }): void
}

export interface Replayed {
  /** By time. */
  notices: Compared[]
  blocks: number
  decisions: number
  /** The first that was decided by other rules. */
  foreign?: { shard: Shard; block: number; atMs: number; isFirst: boolean }
  differences: (Difference & { shard: Shard })[]
  /** Shards whose log does not reach back to `fromMs`, and where theirs begins; absent time: nothing of it can be replayed. */
  shortened: { shard: Shard; fromMs?: number }[]
}

export async function replayLog(options: ReplayOptions): Promise<Replayed> {
  const replayed: Replayed = { notices: [], blocks: 0, decisions: 0, differences: [], shortened: [] }
  const ranUntilMs = await readRanUntil(options.bucket)
  for (const shard of options.shards) {
    const log = await openShardLog(options.bucket, shard)
    if (log) await replayShard(log, { ...options, ranUntilMs }, replayed)
  }
  replayed.notices.sort((a, b) => noticeOf(a).atMs - noticeOf(b).atMs)
  return replayed
}

/** By its heartbeat: after that nobody decided anything, by whatever rules. */
async function readRanUntil(bucket: Bucket): Promise<number> {
  const beat = await readHeartbeat(bucket)
  return beat ? beat.atMs + beatEveryMs : Number.POSITIVE_INFINITY
}

async function replayShard(
  log: ShardLog,
  options: ReplayOptions & { ranUntilMs: number },
  replayed: Replayed,
): Promise<void> {
  const { bucket, rules, policy, fromMs, toMs, everyMs, ranUntilMs, onProgress } = options
  const { shard } = log
  const end = await placeOf(bucket, log, toMs)
  const first = await placeOf(bucket, log, fromMs)
  if (first >= end) return
  const warm = await placeOf(bucket, log, fromMs - warmUpMs(rules))
  const start = await startBefore(bucket, log, warm)
  if (!start || start.place >= end) {
    replayed.shortened.push({ shard })
    return
  }
  const replay = createShardReplay({ rules, policy, everyMs, state: start.state })
  const blocks = log.blocks.slice(start.place, end)
  let done = 0
  let beginMs = fromMs
  for await (const { block } of readBlocks(bucket, blocks)) {
    if (done === 0 && start.place > first) beginMs = block.header.nowMs
    replay.take(block)
    onProgress({ blocks: ++done, of: blocks.length, shard })
  }
  replay.goOnUntil(Math.min(toMs, ranUntilMs))
  if (beginMs > fromMs) replayed.shortened.push({ shard, fromMs: beginMs })
  add(replayed, replay.outcome(), { ...options, shard, fromMs: beginMs })
}

function add(
  replayed: Replayed,
  { blocks, decisions, foreign, difference, was, is }: ShardReplayed,
  range: ReplayOptions & { shard: Shard },
): void {
  const { shard } = range
  replayed.blocks += blocks
  replayed.decisions += decisions
  if (foreign && (!replayed.foreign || foreign.atMs < replayed.foreign.atMs)) replayed.foreign = { shard, ...foreign }
  if (difference) replayed.differences.push({ shard, ...difference })
  replayed.notices.push(...compareTellings(within(was, range), within(is, range)))
}

function within({ told, spans }: Tellings, { fromMs, toMs, hosts }: ReplayOptions): Tellings {
  const isWanted = ({ atMs, host }: ToldOnce) => atMs >= fromMs && atMs < toMs && (!hosts || hosts.includes(host))
  return { told: told.filter(isWanted), spans }
}
