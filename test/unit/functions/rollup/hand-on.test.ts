import { describe, expect, it } from 'vitest'
import type { ShardCount } from '../../../../core/keys.ts'
import { shards } from '../../../../core/keys.ts'
import { handingOn } from '../../../../functions/rollup/hand-on.ts'

/** As EventBridge wakes it. */
const hourly = { version: '0', 'detail-type': 'Scheduled Event', source: 'aws.events', detail: {} }

function rollupOf(shardCount: ShardCount, begin: (event: unknown) => Promise<void> = async () => {}) {
  const begun: { shards: string[] }[] = []
  const ran: unknown[] = []
  const run = handingOn(
    async (event) => {
      ran.push(event)
      return 'ran'
    },
    {
      shardCount,
      begin: async (event) => {
        begun.push(event as { shards: string[] })
        await begin(event)
      },
    },
  )
  return { run, begun, ran }
}

describe('a run of rollup that its schedule began', () => {
  it('hands 256 shards on to sixteen runs, each shard once, and does none itself', async () => {
    const { run, begun, ran } = rollupOf(256)
    expect(await run(hourly)).toEqual({ handedOn: 16 })
    expect(begun.flatMap((event) => event.shards).sort()).toEqual(shards(256))
    expect(ran).toEqual([])
  })

  it.each([1, 16] as const)('does %d itself', async (count) => {
    const { run, begun, ran } = rollupOf(count)
    expect(await run(hourly)).toBe('ran')
    expect([begun, ran]).toEqual([[], [hourly]])
  })

  it('begins all that can be begun, and then fails for the others, so that Lambda tries again', async () => {
    const { run, begun } = rollupOf(256, async (event) => {
      if ((event as { shards: string[] }).shards.includes('20')) throw new Error('Rate Exceeded.')
    })
    await expect(run(hourly)).rejects.toThrow('rollup: 1 of 16 runs were not begun: Rate Exceeded.')
    expect(begun).toHaveLength(16)
  })
})

it.each([{ shards: ['00', '01'] }, { sweep: 'log' }])(
  'what is told %j does that, and hands nothing on',
  async (event) => {
    const { run, begun, ran } = rollupOf(256)
    await run(event)
    expect([begun, ran]).toEqual([[], [event]])
  },
)
