import { beforeEach, describe, expect, it } from 'vitest'
import { openShardLog, placeOf, type ShardLog, startBefore } from '../../../../adapters/history/shard-log.ts'
import { defaultRuleSet } from '../../../../core/alerts/default-rules.ts'
import { pack } from '../../../../core/codec.ts'
import { blockKey, checkpointKey, logPrefix, noBlock } from '../../../../core/keys.ts'
import { emptyState } from '../../../../core/shard/state.ts'
import { liveOn } from '../../../lived-bucket.ts'
import { makeSettings, minuteMs, startMs } from '../../../make.ts'
import { createMemoryBucket, type MemoryBucket } from '../../../simulation/memory-bucket.ts'

const hourMs = 60 * minuteMs
let bucket: MemoryBucket
/** Three days: a block each six hours, and so a checkpoint before the third, the seventh and the eleventh. */
beforeEach(async () => {
  bucket = createMemoryBucket({ now: () => startMs })
  const lived = await liveOn(bucket, { rules: defaultRuleSet(makeSettings()) })
  for (let block = 0; block < 12; block++) {
    await lived.send('web-1')
    await lived.evaluate()
    lived.pass(6 * hourMs)
  }
})

async function opened(): Promise<ShardLog> {
  const log = await openShardLog(bucket, 'all')
  if (!log) throw new Error('nothing was committed')
  return log
}

async function sweep(blocks: number): Promise<void> {
  const { objects } = await bucket.list(logPrefix('all'))
  await bucket.delete(objects.slice(0, blocks).map(({ key }) => key))
}

describe('the log of a shard', () => {
  it('has what was committed, and nothing that lost', async () => {
    await bucket.put(blockKey({ shard: 'all', n: 3, write: 'f'.repeat(16), prev: noBlock }), Buffer.from('orphan'))
    const { blocks, checkpoints } = await opened()
    expect(blocks.map(({ name }) => name.n)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
    expect(checkpoints).toEqual([2, 6, 10])
  })

  it.each([
    [-1, 0],
    [0, 0],
    [1, 1],
    [6 * hourMs, 1],
    [65 * hourMs, 11],
    [1_000 * hourMs, 12],
  ])('finds the first block that was decided %d ms after the beginning, or later', async (afterMs, place) => {
    expect(await placeOf(bucket, await opened(), startMs + afterMs)).toBe(place)
  })

  it.each([
    [0, 0, undefined],
    [1, 0, undefined],
    [2, 2, 2],
    [9, 6, 6],
    [12, 10, 10],
  ])('is replayed to the block at %d from the one at %d', async (place, from, n) => {
    const start = await startBefore(bucket, await opened(), place)
    expect(start?.place).toBe(from)
    expect(start?.state.head?.n).toBe(n)
  })

  it('is replayed from the first checkpoint that is left, and from none where none is', async () => {
    await sweep(4)
    expect((await startBefore(bucket, await opened(), 0))?.state.head?.n).toBe(6)
    await bucket.delete([6, 10].map((n) => checkpointKey('all', n)))
    expect(await startBefore(bucket, await opened(), 5)).toBeUndefined()
  })

  it('refuses a checkpoint that is of another log', async () => {
    const state = { ...emptyState('all'), head: { n: 6, write: 'f'.repeat(16), prev: noBlock } }
    await bucket.put(checkpointKey('all', 6), pack(JSON.stringify(state)))
    await expect(startBefore(bucket, await opened(), 8)).rejects.toThrow(
      /checkpoint checkpoints\/v1\/all\/0{15}6\.json\.zst is of block 6 of write f{16}: expected 6 of write [0-9a-f]{16}/,
    )
  })

  it('is none before the first commit', async () => {
    expect(await openShardLog(createMemoryBucket({ now: () => 0 }), 'all')).toBeUndefined()
  })
})
