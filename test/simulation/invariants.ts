/** DESIGN's promises, held against what really happened. Each throws with what it found. */
import type { Bucket } from '../../adapters/bucket/port.ts'
import { inboxPrefix } from '../../core/keys.ts'
import { growOld, runAllAgain } from './calm.ts'
import { findingsEndWhereTheyWereLookedFor, replayGivesTheSame, transitionsAreCommittedOnce } from './check-alerts.ts'
import { alertsAreThoseOfTheSamplesInOrder } from './check-order.ts'
import { gapsAreToldOnce, refusedInputIsToldOnce, samplesAreInTheLakeOnce } from './check-samples.ts'
import {
  firingIsAnswered,
  messagesGather,
  nobodyIsToldOfWhatIsHeld,
  noReceiverDelaysAnother,
  noticesWereSent,
  whatIsSentAgainIsTheSame,
  whatWasSaidStands,
} from './check-telling.ts'
import { surveyWorld } from './functions.ts'
import { expectEqual, readChain, readCheckpoints, readState } from './log.ts'
import type { World } from './world.ts'

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
  alertsAreThoseOfTheSamplesInOrder(blocks, state)
  firingIsAnswered(blocks)
  nobodyIsToldOfWhatIsHeld(world, blocks)
  await whatWasSaidStands(world)
  await noticesWereSent(world, blocks)
  whatIsSentAgainIsTheSame(world)
  messagesGather(world)
  noReceiverDelaysAnother(world)
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
