/** What a story left: its log, what of it is in the lake, and its state. */
import { unpack } from '../../core/codec.ts'
import { checkpointPrefix, stateKey } from '../../core/keys.ts'
import { committedChain } from '../../core/log-chain.ts'
import type { LakeRecord } from '../../core/rollup/tables.ts'
import { type Block, parseBlock } from '../../core/shard/block.ts'
import { emptyState, parseState, type ShardState } from '../../core/shard/state.ts'
import { decodeParquet } from '../../functions/rollup/parquet.ts'
import { shard } from './functions.ts'
import type { World } from './world.ts'

const maxBytes = 2 ** 30

export async function readState({ bucket }: World): Promise<ShardState> {
  const object = await bucket.get(stateKey(shard))
  return object ? parseState(unpack(object.body, maxBytes), shard) : emptyState(shard)
}

/** All blocks from the first to the head, those that were swept as well. */
export async function readChain({ store }: World, { head }: ShardState): Promise<Block[]> {
  const { committed } = committedChain([...store.blocks.keys()], head)
  const blocks = committed.map(({ key }) => parseBlock(unpack(store.blocks.get(key) ?? new Uint8Array(), maxBytes)))
  expectEqual('blocks on the chain', blocks.length, head?.n ?? 0)
  return blocks
}

export async function readCheckpoints({ bucket }: World): Promise<ShardState[]> {
  const { objects } = await bucket.list(checkpointPrefix(shard))
  const bodies = await Promise.all(objects.map(async ({ key }) => (await bucket.get(key))?.body ?? new Uint8Array()))
  return bodies.map((body) => parseState(unpack(body, maxBytes), shard))
}

export async function readLake({ bucket }: World, table: 'samples' | 'gaps' | 'transitions'): Promise<LakeRecord[]> {
  const { objects } = await bucket.list(`lake/${table}/`)
  const files = await Promise.all(
    objects.map(async ({ key }) => decodeParquet(table, (await bucket.get(key))?.body ?? new Uint8Array())),
  )
  return files.flatMap(({ records }) => records)
}

export function expectEqual(what: string, found: unknown, expected: unknown): void {
  const [a, b] = [JSON.stringify(found), JSON.stringify(expected)]
  if (a !== b) throw new Error(`${what}: expected ${b}, found ${a}`)
}

export function iso(atMs: number): string {
  return new Date(atMs).toISOString()
}
