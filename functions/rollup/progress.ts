/** How far rollup has come in a shard's log: every block up to it is in the lake and in the rollups. */
import type { Bucket, StoredObject } from '../../adapters/bucket/port.ts'
import type { Log } from '../../adapters/log/port.ts'
import { noBlock, type Shard } from '../../core/keys.ts'
import { NewerVersionError, refuseNewer } from '../../core/newer-version.ts'
import { rollupProgressKey } from '../../core/rollup/rollup-keys.ts'
import { replaceObject } from './replace.ts'

/** `n` is 0 and `write` is `noBlock` before the first block. */
export interface Progress {
  n: number
  write: string
}

const version = 1

/**
 * A damaged object costs a reading of the whole log, and nothing else: what is covered is not added again. A newer one throws a
 * `NewerVersionError`.
 */
export async function readProgress(bucket: Bucket, shard: Shard, log: Log): Promise<Progress> {
  const key = rollupProgressKey(shard)
  const object = await bucket.get(key)
  const progress = parse(key, object)
  if (object && !progress) log.warn('progress is damaged: the log is read again from its beginning', { key })
  return progress ?? { n: 0, write: noBlock }
}

/** Never goes back. Resolves to the progress that stands then: another run may have come further. */
export async function putProgress(bucket: Bucket, shard: Shard, progress: Progress): Promise<Progress> {
  let stands = progress
  const key = rollupProgressKey(shard)
  await replaceObject(bucket, key, async (current) => {
    const known = parse(key, current)
    stands = known && known.n >= progress.n ? known : progress
    return stands === known ? undefined : Buffer.from(JSON.stringify({ v: version, shard, ...progress }))
  })
  return stands
}

function parse(key: string, object: StoredObject | undefined): Progress | undefined {
  if (!object) return undefined
  try {
    const { v, n, write } = JSON.parse(Buffer.from(object.body).toString('utf8')) as Record<string, unknown>
    refuseNewer(key, v, version)
    return v === version && Number.isSafeInteger(n) && typeof write === 'string' ? { n: Number(n), write } : undefined
  } catch (error) {
    if (error instanceof NewerVersionError) throw error
    return undefined
  }
}
