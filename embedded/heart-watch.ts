/**
 * Whether evaluate still runs in this process, by its heartbeat: one that hangs tells nothing by itself, and one that fails
 * each time tells only how. Told once when it stops, and once when it runs again.
 */
import { readHeartbeat } from '../adapters/bucket/heartbeat.ts'
import { type Bucket, BucketError } from '../adapters/bucket/port.ts'
import type { Clock } from '../adapters/clock/port.ts'
import type { Log } from '../adapters/log/port.ts'
import { awayWords, beatEveryMs, isAway } from '../core/heartbeat.ts'

const neverWords = 'evaluate has not run yet: no alert is decided, and nobody is told'
/** As often as the heart beats: each look costs a request. */
export const lookEveryMs = beatEveryMs

export interface HeartWatch {
  /** To be called every `lookEveryMs`. */
  look(): Promise<void>
}

export function createHeartWatch({ bucket, clock, log }: { bucket: Bucket; clock: Clock; log: Log }): HeartWatch {
  /** Since when evaluate could have run here: a heartbeat from before says nothing of this process. */
  let awakeMs = clock.now()
  let lookedMs = awakeMs
  let beatMs: number | undefined
  let isTold = false
  return {
    look: async () => {
      const nowMs = clock.now()
      // A machine that slept, or a clock that was put right: evaluate had no time to run since.
      if (nowMs < lookedMs || nowMs - lookedMs > 2 * lookEveryMs) awakeMs = nowMs
      lookedMs = nowMs
      const { atMs = beatMs, unread } = await beatIn(bucket)
      beatMs = atMs
      const heartbeat = beatMs === undefined ? undefined : new Date(beatMs).toISOString()
      if (beatMs !== undefined && !isAway({ atMs: beatMs }, nowMs)) {
        if (isTold) log.info('evaluate runs again', { heartbeat })
        isTold = false
        return
      }
      if (isTold || !isAway({ atMs: awakeMs }, nowMs)) return
      isTold = true
      log.warn(beatMs === undefined ? neverWords : awayWords({ atMs: beatMs }, nowMs), { heartbeat, reason: unread })
    },
  }
}

/** That it can't be read is no heartbeat: evaluate, which reads more, does not run then. */
async function beatIn(bucket: Bucket): Promise<{ atMs?: number; unread?: string }> {
  try {
    const heartbeat = await readHeartbeat(bucket)
    return heartbeat ? { atMs: heartbeat.atMs } : {}
  } catch (error) {
    if (!(error instanceof BucketError) && !(error instanceof SyntaxError)) throw error
    return { unread: error.message }
  }
}
