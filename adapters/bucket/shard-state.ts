import { unpack } from '../../core/codec.ts'
import { type Shard, stateKey } from '../../core/keys.ts'
import { parseState, type ShardState, stateMaxBytes } from '../../core/shard/state.ts'
import type { Bucket } from './port.ts'

/** The state that was committed last, and its ETag; `undefined`: there is none yet. Throws when it is damaged. */
export async function readShardState(
  bucket: Bucket,
  shard: Shard,
): Promise<{ state: ShardState; etag: string } | undefined> {
  const object = await bucket.get(stateKey(shard))
  return object && { state: parseState(unpack(object.body, stateMaxBytes), shard), etag: object.etag }
}
