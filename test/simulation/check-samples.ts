/** Of what hosts sent: nothing is lost, nothing is there twice, and all of it stands at its time. */
import type { Block } from '../../core/shard/block.ts'
import { clockToleranceMs } from '../../core/shard/event-time.ts'
import { expectEqual, iso, readLake } from './log.ts'
import type { World } from './world.ts'

/**
 * Exactly once. One whose batch its agent gave up, and told, at most once; so one that the process died at before the
 * spool had said that it is durable. In the right minute, where the time could be known.
 */
export async function samplesAreInTheLakeOnce(world: World, blocks: readonly Block[]): Promise<void> {
  const { taken, accepted } = world.ledger
  const gaps = lostRanges(blocks)
  const times = new Map<number, number[]>()
  for (const record of await readLake(world, 'samples')) {
    const id = Number(record.memoryTotalBytes)
    times.set(id, [...(times.get(id) ?? []), Number(record.atMs)])
  }
  for (const [id, { host, trueMs, isDated, stream, seq }] of taken) {
    const found = times.get(id) ?? []
    const isLost = gaps.some((gap) => gap.stream === stream && gap.fromSeq <= seq && seq <= gap.toSeq)
    const isSure = accepted.has(id) && !isLost
    if (found.length > 1 || (isSure && found.length === 0)) {
      throw new Error(`sample ${id} of ${host} (batch ${seq} of ${stream}) is in the lake ${found.length} times`)
    }
    const [atMs] = found
    if (atMs !== undefined && isDated && Math.abs(atMs - trueMs) > clockToleranceMs) {
      throw new Error(`sample ${id} of ${host} was taken at ${iso(trueMs)} and stands at ${iso(atMs)}`)
    }
    times.delete(id)
  }
  expectEqual('samples in the lake that nobody took', [...times.keys()], [])
}

/** No loss is told twice, and the lake has all that were told. */
export async function gapsAreToldOnce(world: World, blocks: readonly Block[]): Promise<void> {
  const ranges = lostRanges(blocks).filter(({ stream }) => !world.ledger.clonedStreams.has(stream))
  const batches = ranges.flatMap(({ stream, fromSeq, toSeq }) =>
    Array.from({ length: toSeq - fromSeq + 1 }, (_, index) => `${stream}-${fromSeq + index}`),
  )
  expectEqual(
    'losses told twice',
    batches.filter((batch, index) => batches.indexOf(batch) !== index),
    [],
  )
  const inLog = blocks.flatMap(({ rows }) => rows.filter(({ kind }) => kind === 'gap')).length
  expectEqual('gaps in the lake', (await readLake(world, 'gaps')).length, inLog)
}

function lostRanges(blocks: readonly Block[]) {
  return blocks.flatMap(({ rows }) =>
    rows.flatMap((row) => (row.kind === 'gap' && row.told?.lost ? [row.told.lost] : [])),
  )
}

export function refusedInputIsToldOnce(blocks: readonly Block[]): void {
  const keys = blocks.flatMap(({ rows }) => rows.flatMap((row) => (row.kind === 'refused' ? [row.key] : [])))
  const twice = keys.filter((key, index) => keys.indexOf(key) !== index)
  expectEqual('refused inputs told twice', twice, [])
}
