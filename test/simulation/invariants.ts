/** DESIGN's promises, held against what really happened. Each throws with what it found. */
import type { Bucket } from '../../adapters/bucket/port.ts'
import type { Transition } from '../../core/alerts/alert.ts'
import { checkSubject, findingEntity } from '../../core/alerts/finding.ts'
import { unpack } from '../../core/codec.ts'
import { checkpointPrefix, inboxPrefix, openNoticesPrefix, sentNoticesPrefix, stateKey } from '../../core/keys.ts'
import { committedChain } from '../../core/log-chain.ts'
import type { NoticeObject } from '../../core/notice.ts'
import { replayBlock } from '../../core/replay/replay.ts'
import type { LakeRecord } from '../../core/rollup/tables.ts'
import { type Block, parseBlock } from '../../core/shard/block.ts'
import { clockToleranceMs } from '../../core/shard/event-time.ts'
import { emptyState, parseState, type ShardState } from '../../core/shard/state.ts'
import type { Snapshot } from '../../core/snapshot.ts'
import { decodeParquet } from '../../functions/rollup/parquet.ts'
import { growOld, runAllAgain, shard, surveyWorld, type World } from './world.ts'

const maxBytes = 2 ** 30

export async function checkPromises(world: World): Promise<void> {
  const state = await readState(world)
  const blocks = await readChain(world, state)
  expectEqual('what readers should never have seen', world.store.seenBroken, [])
  await inboxIsEmpty(world)
  await samplesAreInTheLakeOnce(world, blocks)
  await gapsAreToldOnce(world, blocks)
  await transitionsAreCommittedOnce(world, blocks)
  findingsEndWhereTheyWereLookedFor(blocks)
  refusedInputIsToldOnce(blocks)
  replayGivesTheSame(world, blocks, state)
  for (const checkpoint of await readCheckpoints(world)) replayGivesTheSame(world, blocks, state, checkpoint)
  await noticesWereSent(world, blocks)
  await world.reporting.check(world.bucket, world.ledger)
  await runningAgainChangesNothing(world)
  await oldAgeTakesWhatIsOld(world)
}

async function inboxIsEmpty({ bucket }: World): Promise<void> {
  const { objects } = await bucket.list(inboxPrefix)
  expectEqual(
    'keys left in the inbox',
    objects.map(({ key }) => key),
    [],
  )
}

/**
 * Exactly once. One whose batch its agent gave up, and told, at most once; so one that the process died at before the
 * spool had said that it is durable. In the right minute, where the time could be known.
 */
async function samplesAreInTheLakeOnce(world: World, blocks: readonly Block[]): Promise<void> {
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
async function gapsAreToldOnce(world: World, blocks: readonly Block[]): Promise<void> {
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

/** Each goes on from where the one before it ended; and the lake has them all, once. */
async function transitionsAreCommittedOnce(world: World, blocks: readonly Block[]): Promise<void> {
  const phases = new Map<string, string>()
  const committed: string[] = []
  for (const transition of transitionsOf(blocks)) {
    const key = `${transition.host} ${transition.rule}|${transition.entity}`
    const before = phases.get(key) ?? 'ok'
    if (before !== transition.from)
      throw new Error(`${key} was ${before} and went from ${transition.from} to ${transition.to}`)
    phases.set(key, transition.to)
    committed.push(`${key} ${transition.from} ${transition.to} ${transition.atMs}`)
  }
  const inLake = (await readLake(world, 'transitions')).map(
    (row) => `${row.host} ${row.rule}|${row.entity} ${row.from} ${row.to} ${row.atMs}`,
  )
  expectEqual('transitions in the lake', inLake.sort(), committed.sort())
}

/** Missing is not OK: what a check found is over only by a snapshot that is without it, and whose check was run; or with its host. */
function findingsEndWhereTheyWereLookedFor(blocks: readonly Block[]): void {
  // A late sample before it lets one that was taken by an earlier run decide.
  const samples = new Map<string, Snapshot[]>()
  for (const { rows } of blocks) {
    for (const row of rows) {
      if (row.kind !== 'sample') continue
      const key = `${row.host} ${row.atMs}`
      samples.set(key, [...(samples.get(key) ?? []), row.snapshot])
    }
    for (const row of rows) {
      if (row.kind !== 'transition' || row.rule !== 'finding' || (row.to !== 'ok' && row.to !== 'recovering')) continue
      if (rows.some((one) => one.kind === 'forgotten' && one.host === row.host)) continue
      const by = samples.get(`${row.host} ${row.atMs}`) ?? []
      const isLookedFor = by.some(
        ({ findings = [], unavailable = {} }) =>
          !(checkSubject('own') in unavailable) && !findings.some((finding) => findingEntity(finding) === row.entity),
      )
      if (!isLookedFor) throw new Error(`${row.host}: ${row.entity} went to ${row.to} at ${iso(row.atMs)} unseen`)
    }
  }
}

function refusedInputIsToldOnce(blocks: readonly Block[]): void {
  const keys = blocks.flatMap(({ rows }) => rows.flatMap((row) => (row.kind === 'refused' ? [row.key] : [])))
  const twice = keys.filter((key, index) => keys.indexOf(key) !== index)
  expectEqual('refused inputs told twice', twice, [])
}

/** State can be computed again from the log, to the byte: from its beginning, and from each checkpoint. */
function replayGivesTheSame(
  { rules, telling: policy }: World,
  blocks: readonly Block[],
  state: ShardState,
  from: ShardState = emptyState(shard),
): void {
  let replayed = from
  for (const block of blocks.slice(from.head?.n ?? 0)) {
    const advance = replayBlock(replayed, block, { rules, policy })
    expectEqual(`rows of block ${block.header.n}`, JSON.stringify(advance.rows), JSON.stringify(block.rows))
    replayed = advance.state
  }
  const decided = ({ hosts, ...rest }: ShardState) => {
    const { refused, control, telling, gone, resumedAtMs } = rest
    return JSON.stringify({ hosts: withoutFindings(hosts), refused, control, telling, gone, resumedAtMs })
  }
  expectEqual('replayed state', decided(replayed), decided(state))
}

async function readCheckpoints({ bucket }: World): Promise<ShardState[]> {
  const { objects } = await bucket.list(checkpointPrefix(shard))
  const bodies = await Promise.all(objects.map(async ({ key }) => (await bucket.get(key))?.body ?? new Uint8Array()))
  return bodies.map((body) => parseState(unpack(body, maxBytes), shard))
}

/** That an object waits in the inbox is told in state alone: it isn't taken. */
function withoutFindings(hosts: ShardState['hosts']) {
  return Object.entries(hosts).map(([name, { findings: _, ...host }]) => [name, host])
}

async function noticesWereSent(world: World, blocks: readonly Block[]): Promise<void> {
  const { received } = world.ledger
  const statuses = new Map<string, NoticeObject['status']>()
  const lists = await Promise.all([openNoticesPrefix, sentNoticesPrefix].map((prefix) => world.bucket.list(prefix)))
  for (const { key } of lists.flatMap(({ objects }) => objects)) {
    const body = (await world.bucket.get(key))?.body ?? new Uint8Array()
    const { notice, status } = JSON.parse(Buffer.from(body).toString('utf8')) as NoticeObject
    statuses.set(notice.id, status)
  }
  for (const { tell, notices } of blocks.flatMap(({ rows }) => rows.filter((row) => row.kind === 'telling'))) {
    for (const id of notices) {
      wasTold(world, statuses, id)
      const first = received.indexOf(id)
      if (tell !== 'firing' && first >= 0 && !received.slice(0, first).some((one) => isFiringOf(one, id)))
        throw new Error(`${id} was sent before its firing`)
    }
  }
  const twice = received.filter((id, index) => received.indexOf(id) !== index)
  if (!world.mayRepeatNotices) expectEqual('notices sent twice', twice, [])
}

/** Of the same incident and receiver. */
function isFiringOf(id: string, other: string): boolean {
  const about = (one: string) => one.split('-').slice(0, 2).join('-')
  return id.includes('-firing') && about(id) === about(other)
}

function wasTold({ ledger }: World, statuses: ReadonlyMap<string, NoticeObject['status']>, id: string): void {
  const status = statuses.get(id)
  if (status?.state === 'sent' && ledger.received.includes(id)) return
  if (status?.state === 'cancelled' && !ledger.received.includes(id)) return
  throw new Error(
    `notice ${id} is ${JSON.stringify(status)}, and was received ${ledger.received.filter((one) => one === id).length} times`,
  )
}

async function runningAgainChangesNothing(world: World): Promise<void> {
  const before = await etagsOf(world.bucket)
  const received = world.ledger.received.length
  await runAllAgain(world)
  const after = await etagsOf(world.bucket)
  const changed = [...new Set([...before.keys(), ...after.keys()])].filter((key) => before.get(key) !== after.get(key))
  expectEqual('objects that running everything again changed', changed, [])
  expectEqual('notices sent by running everything again', world.ledger.received.length - received, 0)
}

/** Of the log only what rollup and evaluate go on from is left, of the lake nothing, and no list leads to nowhere. */
async function oldAgeTakesWhatIsOld(world: World): Promise<void> {
  await growOld(world)
  expectEqual('what readers should never have seen', world.store.seenBroken, [])
  await world.reporting.check(world.bucket, world.ledger)
  const { rows, total } = await surveyWorld(world)
  expectEqual('objects that a sweep left', total.removable, { objects: 0, bytes: 0 })
  const left = rows.filter(({ prefix }) => prefix === 'lake/' || prefix === 'rollups/v1/5m/')
  expectEqual('what is left of the lake', left, [])
}

/** Everything in the bucket, by key. */
async function etagsOf(bucket: Bucket): Promise<Map<string, string | undefined>> {
  const etags = new Map<string, string | undefined>()
  for (let startAfter = '', more = true; more; ) {
    const page = await bucket.list('', { startAfter })
    const read = await Promise.all(page.objects.map(async ({ key }) => [key, (await bucket.get(key))?.etag] as const))
    for (const [key, etag] of read) etags.set(key, etag)
    startAfter = page.objects.at(-1)?.key ?? ''
    more = page.more
  }
  return etags
}

async function readState({ bucket }: World): Promise<ShardState> {
  const object = await bucket.get(stateKey(shard))
  return object ? parseState(unpack(object.body, maxBytes), shard) : emptyState(shard)
}

/** What was swept of it as well. */
async function readChain({ store }: World, { head }: ShardState): Promise<Block[]> {
  const { committed } = committedChain([...store.blocks.keys()], head)
  const blocks = committed.map(({ key }) => parseBlock(unpack(store.blocks.get(key) ?? new Uint8Array(), maxBytes)))
  expectEqual('blocks on the chain', blocks.length, head?.n ?? 0)
  return blocks
}

async function readLake({ bucket }: World, table: 'samples' | 'gaps' | 'transitions'): Promise<LakeRecord[]> {
  const { objects } = await bucket.list(`lake/${table}/`)
  const files = await Promise.all(
    objects.map(async ({ key }) => decodeParquet(table, (await bucket.get(key))?.body ?? new Uint8Array())),
  )
  return files.flatMap(({ records }) => records)
}

function transitionsOf(blocks: readonly Block[]): Transition[] {
  return blocks.flatMap(({ rows }) => rows.filter((row) => row.kind === 'transition'))
}

function expectEqual(what: string, found: unknown, expected: unknown): void {
  const [a, b] = [JSON.stringify(found), JSON.stringify(expected)]
  if (a !== b) throw new Error(`${what}: expected ${b}, found ${a}`)
}

function iso(atMs: number): string {
  return new Date(atMs).toISOString()
}
