/** The hosts that the bucket knows: their tags, and what they sent last. Nothing is written. */
import { openLaidOutBucket } from '../../adapters/bucket/ready.ts'
import { readShardState } from '../../adapters/bucket/shard-state.ts'
import type { KnownHost } from '../../core/config/check.ts'
import { shards } from '../../core/keys.ts'
import type { Settings } from '../../core/settings.ts'

export async function readKnownHosts(settings: Settings): Promise<{ hosts: KnownHost[] } | { unreadable: string }> {
  try {
    const { bucket, shardCount } = await openLaidOutBucket(settings)
    const states = await Promise.all(shards(shardCount).map((shard) => readShardState(bucket, shard)))
    const hosts = states.flatMap((read) =>
      Object.entries(read?.state.hosts ?? {}).map(([name, { facts, latest }]): KnownHost => {
        return { name, tags: facts.tags ?? {}, ...(latest ? { latest } : {}) }
      }),
    )
    return { hosts }
  } catch (error) {
    return { unreadable: (error as Error).message }
  }
}
