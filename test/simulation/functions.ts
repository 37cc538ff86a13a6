/** The functions, wired as in production, for one actor each. */
import type { Bucket } from '../../adapters/bucket/port.ts'
import { silentLog } from '../../adapters/log/port.ts'
import { createHandler as createEvaluateHandler } from '../../functions/evaluate/handler.ts'
import { deliverNotices } from '../../functions/notify/notify.ts'
import { createHandler as createRollupHandler } from '../../functions/rollup/handler.ts'
import { surveyBucket } from '../../functions/rollup/survey.ts'
import { sweepBucket } from '../../functions/rollup/sweep.ts'
import { makeSettings } from '../make.ts'
import { type Actor, faultyBucket } from './faults.ts'
import { policyOf, rules } from './fleet.ts'
import { allWell, type Moods, receiversOf } from './receivers.ts'
import type { World } from './world.ts'

export const shard = 'all'

/** Blocks go within the hour; of the lake no less is kept than late data needs. */
export const retention = makeSettings({
  keepLogDays: 1 / 24,
  keepHourlyDays: 50,
  keepReportsDays: 1,
  keepRejectedDays: 1,
})

/** The bucket as this actor has it. */
export function view({ bucket, scheduler }: World, actor: Actor): Bucket {
  return faultyBucket(bucket, { actor, scheduler })
}

export function evaluate(world: World, actor: Actor) {
  const { scheduler } = world
  const policy = policyOf(world.policy)
  const deps = { bucket: view(world, actor), shardCount: 1, rules, policy, clock: scheduler } as const
  return createEvaluateHandler({ ...deps, random: scheduler, log: silentLog })(undefined)
}

export function notify(world: World, actor: Actor, moods: Moods = allWell) {
  const { scheduler } = world
  const receivers = receiversOf(world, actor, moods)
  const deps = { bucket: view(world, actor), receivers, clock: scheduler, random: scheduler }
  return deliverNotices({ ...deps, log: silentLog, timeZone: 'UTC' })
}

export function rollup(world: World, actor: Actor) {
  return createRollupHandler({ bucket: view(world, actor), shardCount: 1, clock: world.scheduler, log: silentLog })(
    undefined,
  )
}

export function sweep(world: World, actor: Actor) {
  const { scheduler: clock } = world
  return sweepBucket({ bucket: view(world, actor), shards: [shard], policy: retention, clock, log: silentLog })
}

/** What a sweep would yet remove. */
export async function surveyWorld({ bucket, scheduler }: World) {
  return surveyBucket({ bucket, shards: [shard], policy: retention, clock: scheduler, log: silentLog })
}
