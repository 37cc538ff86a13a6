/**
 * The dead man's switch: who watches the watcher. After each run through all shards somebody outside is asked for, and, less
 * often, the bucket's heartbeat is written. A run that finds it old knows that evaluate itself was away: nobody was silent.
 */
import { type Bucket, BucketError } from '../../adapters/bucket/port.ts'
import type { Clock } from '../../adapters/clock/port.ts'
import type { Ping } from '../../adapters/http/ping.ts'
import type { Log } from '../../adapters/log/port.ts'
import {
  awayAfterMs,
  beatEveryMs,
  type Heartbeat,
  heartbeatMaxBytes,
  isAway,
  parseHeartbeat,
} from '../../core/heartbeat.ts'
import { heartbeatKey } from '../../core/keys.ts'
import { NewerVersionError } from '../../core/newer-version.ts'

export interface Heart {
  /** Before a run: was evaluate away until now? Asks the store no more often than it beats. */
  listen(): Promise<{ resumedAtMs?: number }>
  /** After a run in which no shard failed. Never rejects: that it can't is told. */
  beat(shards: number): Promise<void>
}

/** Runs may be seconds apart. */
const pingEveryMs = 50_000

export function createHeart({
  bucket,
  clock,
  log,
  ping,
}: {
  bucket: Bucket
  clock: Clock
  log: Log
  /** Absent: nobody outside listens. */
  ping?: Ping | undefined
}): Heart {
  /** What is known to stand in the bucket. */
  let beatMs: number | undefined
  /** A newer version beats, or did: its heartbeat is not ours to write over. */
  let isNewer = false
  /** Of this process: runs that ended well, however the bucket took them. */
  let ranMs: number | undefined
  /** Since when this process has found it old: it came back then, however long it takes until a run ends well. */
  let resumed: { atMs: number; lastMs: number } | undefined
  let pingedMs: number | undefined
  return {
    listen: async () => {
      const nowMs = clock.now()
      if (isRecent(beatMs, nowMs, beatEveryMs)) return {}
      ;({ beatMs, isNewer = false } = await read(bucket, log))
      if (beatMs === undefined || !isAway({ atMs: beatMs }, nowMs)) return {}
      if (ranMs !== undefined && !isAway({ atMs: ranMs }, nowMs)) return {}
      const goesOn = resumed !== undefined && isRecent(resumed.lastMs, nowMs, awayAfterMs)
      if (!goesOn) {
        log.warn('evaluate was away: silence of hosts counts from now', { since: new Date(beatMs).toISOString() })
      }
      resumed = { atMs: goesOn && resumed ? resumed.atMs : nowMs, lastMs: nowMs }
      return { resumedAtMs: resumed.atMs }
    },
    beat: async (shards) => {
      const nowMs = clock.now()
      ranMs = nowMs
      resumed = undefined
      const isDue = !isNewer && !isRecent(beatMs, nowMs, beatEveryMs)
      const isPingDue = ping !== undefined && !isRecent(pingedMs, nowMs, pingEveryMs)
      if (isPingDue) pingedMs = nowMs
      await Promise.all([
        isDue &&
          orTold(log, 'heartbeat not written', async () => {
            const beat: Heartbeat = { v: 1, atMs: nowMs, shards }
            await bucket.put(heartbeatKey, Buffer.from(JSON.stringify(beat)))
            beatMs = nowMs
          }),
        isPingDue && orTold(log, 'heartbeat not heard at MONITOR_HEARTBEAT_URL', ping),
      ])
    },
  }
}

/** One that lies ahead was written by a clock that has gone back since. */
function isRecent(atMs: number | undefined, nowMs: number, everyMs: number): boolean {
  return atMs !== undefined && Math.abs(nowMs - atMs) < everyMs
}

async function read(bucket: Bucket, log: Log): Promise<{ beatMs?: number; isNewer?: true }> {
  try {
    const object = await bucket.get(heartbeatKey, { maxBytes: heartbeatMaxBytes })
    return object ? { beatMs: parseHeartbeat(object.body).atMs } : {}
  } catch (error) {
    if (!(error instanceof BucketError) && !(error instanceof SyntaxError)) throw error
    log.warn('heartbeat not readable', { reason: error.message })
    return error instanceof NewerVersionError ? { isNewer: true } : {}
  }
}

async function orTold(log: Log, what: string, act: () => Promise<void>): Promise<void> {
  try {
    await act()
  } catch (error) {
    log.warn(what, { reason: (error as Error).message })
  }
}
