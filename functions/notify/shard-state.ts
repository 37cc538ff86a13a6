import type { Bucket } from '../../adapters/bucket/port.ts'
import { unpack } from '../../core/codec.ts'
import { type Shard, stateKey } from '../../core/keys.ts'
import { parseState, type ShardState, stateMaxBytes } from '../../core/shard/state.ts'

/** Reads only: evaluate alone writes state. `undefined`: there is none. Throws when it is damaged. */
export async function readStateOf(bucket: Bucket, shard: Shard): Promise<ShardState | undefined> {
  const stored = await bucket.get(stateKey(shard))
  return stored && parseState(unpack(stored.body, stateMaxBytes), shard)
}
