/** A directory as the bucket: can it be used, is it laid out as we know it, and does another agent use our name there? */
import { accessSync, constants, existsSync } from 'node:fs'
import { userInfo } from 'node:os'
import { fileURLToPath } from 'node:url'
import { openLaidOutBucket } from '../../adapters/bucket/ready.ts'
import { awayWords, type Heartbeat, heartbeatMaxBytes, isAway, parseHeartbeat } from '../../core/heartbeat.ts'
import { heartbeatKey, layoutKey, nowKey, shardOfHost } from '../../core/keys.ts'
import type { ShardNow } from '../../core/now.ts'
import { amiss, type CheckContext, type Result, reasonOf, well } from './check.ts'

export async function lookAtDirectory({ settings, clock: timer }: CheckContext): Promise<Result[]> {
  const path = fileURLToPath(settings.bucketUrl)
  const clock = well('clock', 'the same as of the bucket, which is on this machine')
  if (!existsSync(path)) return [well('directory', `${path} is not there yet: the first batch makes it`), clock]
  try {
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch (error) {
    const values = { path, user: userInfo().username, setting: 'MONITOR_BUCKET' }
    return [amiss('directory', 'directory-not-writable', reasonOf(error), values)]
  }
  const directory = well('directory', `${path} can be read and written`)
  // Only what is laid out is opened: to open makes folders.
  if (!existsSync(`${path}/${layoutKey}`)) return [directory, well('layout', 'none yet: evaluate writes it'), clock]
  try {
    const { bucket, shardCount } = await openLaidOutBucket(settings)
    const now = await bucket.get(nowKey(shardOfHost(settings.host, shardCount)), { maxBytes: nowMaxBytes })
    const beat = await bucket.get(heartbeatKey, { maxBytes: heartbeatMaxBytes })
    const watched = beat ? [watchedResult(parseHeartbeat(beat.body), timer.now())] : []
    const layout = well('layout', `${shardCount} ${shardCount === 1 ? 'shard' : 'shards'}`)
    return [directory, layout, ...(now ? sharedName(now.body, settings.host) : []), ...watched, clock]
  } catch (error) {
    const reason = reasonOf(error)
    return [directory, amiss('layout', 'bucket-layout', reason, { reason })]
  }
}

const nowMaxBytes = 64 * 1024 * 1024

function watchedResult(heartbeat: Heartbeat, nowMs: number): Result {
  if (isAway(heartbeat, nowMs)) return amiss('evaluate', 'evaluate-away', awayWords(heartbeat, nowMs))
  return well('evaluate', 'it runs')
}

/** What evaluate has found of this host. */
function sharedName(body: Uint8Array, host: string): Result[] {
  const { hosts = [] } = JSON.parse(Buffer.from(body).toString('utf8')) as Partial<ShardNow>
  const found = hosts
    .filter((one) => one.host === host)
    .flatMap(({ findings }) => findings.filter(({ kind }) => kind === 'duplicate-host' || kind === 'cloned-stream'))
  if (found.length === 0) return [well("this host's name", `${host}: one agent uses it`)]
  return found.map(({ text }) => amiss("this host's name", 'duplicate-host', text))
}
