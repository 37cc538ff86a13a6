/** Which incident is meant, and where it is to be looked for. */
import type { Bucket } from '../../adapters/bucket/port.ts'
import { readShardState } from '../../adapters/bucket/shard-state.ts'
import type { Log } from '../../adapters/log/port.ts'
import { type Shard, type ShardCount, shardOfHost, shards } from '../../core/keys.ts'
import { inParallel } from '../../functions/rollup/parallel.ts'
import { UsageError } from '../errors.ts'
import { readIncidents } from './history.ts'

export interface FoundIncident {
  incident: string
  shard: Shard
  host: string
  rule: string
  entity: string
  startedAtMs: number
  /** When it was decided that it is over, as far as that is known; absent: it is open, or what comes later may yet change it. */
  overMs?: number
}

const longestDays = 90
const dayMs = 86_400_000
const readsAtOnce = 16

/** State knows those of the last week, history the others. `id`: its beginning, with or without a `#`. */
export async function findIncident(
  deps: { bucket: Bucket; shardCount: ShardCount; log: Log },
  id: string,
  nowMs: number,
): Promise<FoundIncident> {
  const prefix = id.replace(/^#/, '')
  if (!/^[0-9a-f]{4,12}$/.test(prefix)) {
    throw new UsageError(`${id}: expected an incident: 4 to 12 hex digits; vitals alerts and each subject have it`)
  }
  const known = one(await inState(deps, prefix), id)
  if (known) return known
  const found = one(await inHistory(deps, prefix, nowMs), id)
  if (found) return found
  throw new Error(
    `there is no incident ${id} in the last ${longestDays} days; vitals alerts --history has those that are`,
  )
}

async function inState({ bucket, shardCount }: { bucket: Bucket; shardCount: ShardCount }, prefix: string) {
  const found: FoundIncident[] = []
  await inParallel(shards(shardCount), readsAtOnce, async (shard) => {
    const { telling = {} } = (await readShardState(bucket, shard))?.state ?? {}
    for (const [incident, { host, rule, entity, startedAtMs }] of Object.entries(telling)) {
      if (incident.startsWith(prefix)) found.push({ incident, shard, host, rule, entity, startedAtMs })
    }
  })
  return found
}

async function inHistory(
  { bucket, shardCount, log }: { bucket: Bucket; shardCount: ShardCount; log: Log },
  prefix: string,
  nowMs: number,
): Promise<FoundIncident[]> {
  const range = { fromMs: Math.max(0, nowMs - longestDays * dayMs), toMs: nowMs + 1 }
  const all = await readIncidents({ bucket, shards: shards(shardCount), log }, range)
  return all
    .filter(({ incident }) => incident.startsWith(prefix))
    .map(({ incident, host, rule, entity, startedAtMs, endedAtMs }) => {
      const over = endedAtMs === undefined ? {} : { overMs: endedAtMs + dayMs }
      return { incident, shard: shardOfHost(host, shardCount), host, rule, entity, startedAtMs, ...over }
    })
}

function one(found: readonly FoundIncident[], id: string): FoundIncident | undefined {
  if (found.length < 2) return found[0]
  throw new UsageError(`${id} begins more than one incident: ${found.map(({ incident }) => incident).join(', ')}`)
}
