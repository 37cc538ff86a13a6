import { unpack } from '../../core/codec.ts'
import type { ListedBlock } from '../../core/log-chain.ts'
import { type Block, parseBlock } from '../../core/shard/block.ts'
import type { Bucket } from './port.ts'

/** Larger than what a run may take; what is above it is not ours. */
const blockMaxBytes = 512 * 1024 * 1024

export interface ReadBlock extends ListedBlock {
  block: Block
  etag: string
}

/** A block that was committed. Throws when it is gone, damaged, or another than its name says. */
export async function readBlock(bucket: Bucket, { key, name }: ListedBlock): Promise<ReadBlock> {
  const object = await bucket.get(key)
  if (!object) throw new Error(`${key} is on the committed chain and not in the bucket`)
  try {
    const block = parseBlock(unpack(object.body, blockMaxBytes))
    const { n, write, shard } = block.header
    if (n !== name.n || write !== name.write || shard !== name.shard) {
      throw new Error(`its header names block ${n}, write ${write} of shard ${shard}`)
    }
    return { key, name, block, etag: object.etag }
  } catch (cause) {
    throw new Error(`block ${key} can't be read: ${(cause as Error).message}`, { cause })
  }
}
