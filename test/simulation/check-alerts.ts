/** Of what was decided: each transition once, each from where the one before it ended, and all of it again from the log. */
import { checkSubject, findingEntity } from '../../core/alerts/finding.ts'
import { replayBlock } from '../../core/replay/replay.ts'
import type { Block } from '../../core/shard/block.ts'
import { emptyState, type ShardState } from '../../core/shard/state.ts'
import type { Snapshot } from '../../core/snapshot.ts'
import { policyOf, rules } from './fleet.ts'
import { shard } from './functions.ts'
import { expectEqual, iso, readLake } from './log.ts'
import type { World } from './world.ts'

/** Each goes on from where the one before it ended; and the lake has them all, once. */
export async function transitionsAreCommittedOnce(world: World, blocks: readonly Block[]): Promise<void> {
  const phases = new Map<string, string>()
  const committed: string[] = []
  for (const { rows } of blocks) {
    for (const { host, rule, entity, from, to, atMs } of rows.filter((row) => row.kind === 'transition')) {
      const key = `${host} ${rule}|${entity}`
      const before = phases.get(key) ?? 'ok'
      if (before !== from) throw new Error(`${key} was ${before} and went from ${from} to ${to}`)
      phases.set(key, to)
      committed.push(`${key} ${from} ${to} ${atMs}`)
    }
    // Who is gone for good takes along what was no incident yet.
    const gone = rows.flatMap((row) => (row.kind === 'forgotten' ? [`${row.host} `] : []))
    for (const key of phases.keys()) if (gone.some((host) => key.startsWith(host))) phases.delete(key)
  }
  const inLake = (await readLake(world, 'transitions')).map(
    (row) => `${row.host} ${row.rule}|${row.entity} ${row.from} ${row.to} ${row.atMs}`,
  )
  expectEqual('transitions in the lake', inLake.sort(), committed.sort())
}

/**
 * Missing is not OK: what a check found is over only by a snapshot that is without it, and whose check was run; or with its
 * host, when that is gone for good.
 */
export function findingsEndWhereTheyWereLookedFor(blocks: readonly Block[]): void {
  // A late sample before it lets one that was taken by an earlier run decide.
  const samples = new Map<string, Snapshot[]>()
  for (const { rows } of blocks) {
    for (const row of rows) {
      if (row.kind !== 'sample') continue
      const key = `${row.host} ${row.atMs}`
      samples.set(key, [...(samples.get(key) ?? []), row.snapshot])
    }
    const forgotten = rows.flatMap((row) => (row.kind === 'forgotten' ? [row.host] : []))
    for (const row of rows) {
      if (row.kind !== 'transition' || forgotten.includes(row.host)) continue
      if (row.rule !== 'finding' || (row.to !== 'ok' && row.to !== 'recovering')) continue
      const by = samples.get(`${row.host} ${row.atMs}`) ?? []
      const isLookedFor = by.some(
        ({ findings = [], unavailable = {} }) =>
          !(checkSubject('own') in unavailable) && !findings.some((finding) => findingEntity(finding) === row.entity),
      )
      if (!isLookedFor) throw new Error(`${row.host}: ${row.entity} went to ${row.to} at ${iso(row.atMs)} unseen`)
    }
  }
}

/** State can be computed again from the log, to the byte: from its beginning, and from each checkpoint. */
export function replayGivesTheSame(
  world: World,
  blocks: readonly Block[],
  state: ShardState,
  from: ShardState = emptyState(shard),
): void {
  const policy = policyOf(world.policy)
  let replayed = from
  for (const block of blocks.slice(from.head?.n ?? 0)) {
    const advance = replayBlock(replayed, block, { rules, policy })
    expectEqual(`rows of block ${block.header.n}`, JSON.stringify(advance.rows), JSON.stringify(block.rows))
    replayed = advance.state
  }
  const decided = ({ hosts, write: _, head, notices, checkpointDayMs, listAfter, ...rest }: ShardState) =>
    JSON.stringify({ hosts: withoutFindings(hosts), ...rest })
  expectEqual('replayed state', decided(replayed), decided(state))
}

/** That an object waits in the inbox is told in state alone: it isn't taken. */
function withoutFindings(hosts: ShardState['hosts']) {
  return Object.entries(hosts).map(([name, { findings: _, ...host }]) => [name, host])
}
