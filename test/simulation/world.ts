/** A fleet, its bucket and the functions, wired as in production, on a bad day. */
import type { Bucket } from '../../adapters/bucket/port.ts'
import { readControl } from '../../adapters/control/control.ts'
import { silentLog } from '../../adapters/log/port.ts'
import { defaultReceiverLimits, retryPolicies } from '../../adapters/receivers/policy.ts'
import { type Receiver, ReceiverError } from '../../adapters/receivers/port.ts'
import { defaultRuleSet } from '../../core/alerts/default-rules.ts'
import type { RuleSet } from '../../core/alerts/rule.ts'
import { inboxHostPrefix } from '../../core/keys.ts'
import { defaultGroup, type TellingPolicy } from '../../core/telling/policy.ts'
import { evaluateShard } from '../../functions/evaluate/evaluate.ts'
import { deliverNotices } from '../../functions/notify/notify.ts'
import { createHandler as createRollupHandler } from '../../functions/rollup/handler.ts'
import { surveyBucket } from '../../functions/rollup/survey.ts'
import { sweepBucket } from '../../functions/rollup/sweep.ts'
import { makeSettings, minuteMs, startMs } from '../make.ts'
import { type FaultRates, faultyBucket, noFaults, weathers } from './faults.ts'
import { createLedger, type Ledger } from './ledger.ts'
import { Machine } from './machine.ts'
import { createMemoryBucket } from './memory-bucket.ts'
import { operate } from './operator.ts'
import { type Reporting, simulateReports } from './reporting.ts'
import { Scheduler } from './scheduler.ts'
import { type HostAction, hostNames, type Round, type Story } from './story.ts'
import { type WatchedStore, watchStore } from './watched-store.ts'

export const shard = 'all'

export interface World {
  scheduler: Scheduler
  bucket: Bucket
  /** The same, and what was seen of it. */
  store: WatchedStore
  reporting: Reporting
  ledger: Ledger
  rules: RuleSet
  telling: TellingPolicy
  machines: Machine[]
  /** Did a notify die or hear nothing between sending and writing it down? Then a notice may have come twice. */
  mayRepeatNotices: boolean
}

const rules = defaultRuleSet(makeSettings())
/** Two receivers, one of them only of what is critical and again each half an hour. */
const telling: TellingPolicy = {
  routes: [
    { match: { severity: 'critical' }, to: ['pager'], group: defaultGroup, repeatMs: 30 * minuteMs, continue: true },
    { match: {}, to: ['default'], group: defaultGroup, continue: false },
  ],
  maintenance: [],
}

/** Blocks go within the hour; of the lake no less is kept than late data needs. */
const policy = makeSettings({ keepLogDays: 1 / 24, keepHourlyDays: 50, keepReportsDays: 1, keepRejectedDays: 1 })

/** The story, and then calm weather until nobody has anything to do. `store`: an empty bucket of whatever kind. */
export async function live(
  { seed, rounds }: Story,
  store: Bucket = createMemoryBucket({ now: () => startMs }),
): Promise<World> {
  const scheduler = new Scheduler({ seed, startMs })
  const ledger = createLedger()
  const watched = watchStore(store, scheduler)
  const { bucket } = watched
  const isRemoved = (key: string) => watched.removed.has(key)
  const reporting = simulateReports({ scheduler, shardCount: 1, keepReportsDays: policy.keepReportsDays, isRemoved })
  const machines = hostNames.map((name) => new Machine({ name, ledger, scheduler }))
  const world: World = {
    scheduler,
    bucket,
    store: watched,
    reporting,
    ledger,
    rules,
    telling,
    machines,
    mayRepeatNotices: false,
  }
  for (const [index, round] of rounds.entries()) {
    scheduler.advance(round.minutes * minuteMs)
    if (round.minutes >= 1_440) scheduler.dropLate()
    scheduler.tell(`--- round ${index}, ${new Date(scheduler.now()).toISOString()}, ${round.weather}`)
    await liveRound(world, round)
  }
  await calmDown(world)
  return world
}

async function liveRound(
  world: World,
  { actions, words, evaluators, notifiers, rollups, sweeps, reports, weather }: Round,
): Promise<void> {
  const rates = weathers[weather]
  const actors: Record<string, () => Promise<unknown>> = {}
  const busy = new Map<Machine, HostAction[]>()
  for (const { host, action } of actions) {
    const machine = world.scheduler.pick(world.machines.filter(({ name }) => name === hostNames[host]))
    busy.set(machine, [...(busy.get(machine) ?? []), action])
  }
  for (const [machine, theirs] of busy) {
    const actor = `agent-${world.machines.indexOf(machine)} of ${machine.name}`
    actors[actor] = () => actAll(world, machine, theirs, { actor, rates })
  }
  for (const [index, word] of words.entries()) {
    const bucket = view(world, `operator-${index}`, rates)
    actors[`operator-${index}`] = () => operate(word, { bucket, shard, scheduler: world.scheduler })
  }
  times(evaluators, (index) => {
    actors[`evaluate-${index}`] = () => evaluate(world, view(world, `evaluate-${index}`, rates))
  })
  times(notifiers, (index) => {
    actors[`notify-${index}`] = () => notify(world, view(world, `notify-${index}`, rates), rates)
  })
  times(rollups, (index) => {
    actors[`rollup-${index}`] = () => rollup(world, view(world, `rollup-${index}`, rates))
  })
  times(sweeps, (index) => {
    actors[`sweep-${index}`] = () => sweep(world, view(world, `sweep-${index}`, rates))
  })
  times(reports, (index) => {
    actors[`report-${index}`] = () => world.reporting.makeDue(view(world, `report-${index}`, rates), rates)
  })
  for (const [actor, error] of await world.scheduler.run(actors)) {
    world.scheduler.tell(`${actor} ended with: ${String(error)}`)
    if (weather === 'fair') throw error
  }
}

interface Actor {
  actor: string
  rates: FaultRates
}

/** One machine's actions, one after another; if its process dies at one, the rest of the round passes without it. */
async function actAll(world: World, machine: Machine, actions: readonly HostAction[], as: Actor): Promise<void> {
  for (const action of actions) {
    world.scheduler.tell(`${as.actor}: ${JSON.stringify(action)}`)
    await act(world, machine, action, as)
  }
}

async function act(world: World, machine: Machine, action: HostAction, { actor, rates }: Actor): Promise<void> {
  const bucket = view(world, actor, rates)
  switch (action.does) {
    case 'sample':
    case 'sample-offline':
    case 'collect':
      return machine.work(actor, rates, async (spool) => {
        await machine.sample(spool, action)
        if (action.does !== 'collect') await machine.seal(spool)
        if (action.does === 'sample') await machine.ship(spool, bucket)
      })
    case 'goodbye':
      return machine.work(actor, rates, async (spool) => {
        await machine.sayGoodbye(spool)
        await machine.seal(spool)
        await machine.ship(spool, bucket)
        machine.kill()
      })
    case 'find-old':
      return machine.leaveOldSegment()
    case 'kill':
      return machine.kill()
    case 'clone':
      if (world.machines.length < 5) world.machines.push(machine.clone())
      return
    case 'set-clock':
      return machine.setClock(action.skewMs)
    case 'garbage': {
      const key = `${inboxHostPrefix(machine.name)}${world.scheduler.hex(4)}.txt`
      await world.bucket.put(key, Buffer.from(`garbage ${key}`))
    }
  }
}

async function evaluate({ scheduler }: World, bucket: Bucket) {
  const { control, etag = '' } = await readControl(bucket)
  const said = { etag, control }
  return evaluateShard({
    bucket,
    shard,
    rules,
    policy: telling,
    control: said,
    clock: scheduler,
    random: scheduler,
    log: silentLog,
  })
}

function rollup({ scheduler }: World, bucket: Bucket) {
  return createRollupHandler({ bucket, shardCount: 1, clock: scheduler, log: silentLog })(undefined)
}

function sweep({ scheduler }: World, bucket: Bucket) {
  return sweepBucket({ bucket, shards: [shard], policy, clock: scheduler, log: silentLog })
}

function notify(world: World, bucket: Bucket, rates: FaultRates) {
  const { scheduler } = world
  const receivers = { default: receiver(world, rates), pager: receiver(world, rates) }
  return deliverNotices({ bucket, receivers, clock: scheduler, random: scheduler, log: silentLog, timeZone: 'UTC' })
}

/** A mail server that refuses now and then, or accepts and is not heard. */
function receiver(world: World, rates: FaultRates): Receiver {
  const { scheduler, ledger } = world
  return {
    ...defaultReceiverLimits,
    // A cap is for people: here every message counts.
    capPerHour: Number.POSITIVE_INFINITY,
    reachesSomebody: true,
    destination: 'the ledger',
    retry: retryPolicies.mail,
    send: async ({ id, notices }) => {
      await scheduler.turn()
      if (scheduler.fraction() < rates.refused) throw new ReceiverError('451 try again later')
      for (const notice of notices) ledger.receive(notice.id)
      scheduler.tell(`receiver: has ${id}`)
      if (rates !== noFaults) world.mayRepeatNotices = true
      if (scheduler.fraction() < rates.lostAnswer) throw new ReceiverError('connection reset after DATA')
      return { messageId: `<${id}>`, where: 'the ledger' }
    },
  }
}

function view({ bucket, scheduler }: World, actor: string, rates: FaultRates): Bucket {
  return faultyBucket(bucket, { actor, scheduler, rates })
}

function times(count: number, act: (index: number) => void): void {
  for (let index = 0; index < count; index++) act(index)
}

/** Long enough for leases and backoffs to run out. */
const calmStepMs = 2 * 3_600_000
const calmSteps = 4

async function calmDown(world: World): Promise<void> {
  world.scheduler.dropLate()
  for (const machine of world.machines) {
    await calm(world, 'agent', (bucket) =>
      machine.work('agent (calm)', noFaults, async (spool) => {
        await machine.seal(spool)
        await machine.ship(spool, bucket)
        // What the spool dropped is told with the next batch.
        await machine.sayGoodbye(spool)
        await machine.seal(spool)
        await machine.ship(spool, bucket)
      }),
    )
  }
  for (let step = 0; step < calmSteps; step++) {
    await calm(world, 'evaluate', (bucket) => evaluate(world, bucket))
    await calm(world, 'notify', (bucket) => notify(world, bucket, noFaults))
    world.scheduler.advance(calmStepMs)
  }
  await calm(world, 'evaluate', (bucket) => evaluate(world, bucket))
  await calm(world, 'notify', (bucket) => notify(world, bucket, noFaults))
  await calm(world, 'rollup', (bucket) => rollup(world, bucket))
  await world.reporting.finish((act) => calm(world, 'report', act))
  await calm(world, 'sweep', (bucket) => sweep(world, bucket))
}

/** Longer than anything of the lake is kept. */
const oldAgeMs = 60 * 86_400_000

/** Nobody sends any more, and all that is there grows old: swept under faults as ever, and then in calm. */
export async function growOld(world: World): Promise<void> {
  world.scheduler.advance(oldAgeMs)
  world.scheduler.dropLate()
  const actors: Record<string, () => Promise<unknown>> = {}
  for (const name of ['sweep-0', 'sweep-1', 'sweep-2'])
    actors[name] = () => sweep(world, view(world, name, weathers.foul))
  for (const name of ['rollup-0', 'rollup-1']) actors[name] = () => rollup(world, view(world, name, weathers.foul))
  actors['report-0'] = () => world.reporting.makeDue(view(world, 'report-0', weathers.foul), weathers.foul)
  await world.scheduler.run(actors)
  world.scheduler.dropLate()
  await world.reporting.finish((act) => calm(world, 'report', act))
  await calm(world, 'sweep', (bucket) => sweep(world, bucket))
}

/** What a sweep would yet remove. */
export async function surveyWorld({ bucket, scheduler }: World) {
  return surveyBucket({ bucket, shards: [shard], policy, clock: scheduler, log: silentLog })
}

/** One actor by itself, and nothing goes wrong. */
export async function calm(world: World, actor: string, doIt: (bucket: Bucket) => Promise<unknown>): Promise<void> {
  const name = `${actor} (calm)`
  const errors = await world.scheduler.run({ [name]: () => doIt(view(world, name, noFaults)) })
  for (const error of errors.values()) throw error
}

/** Everything once more, all at the same time: it must change nothing. */
export async function runAllAgain(world: World): Promise<void> {
  const errors = await world.scheduler.run({
    'evaluate-again': () => evaluate(world, view(world, 'evaluate-again', noFaults)),
    'evaluate-too': () => evaluate(world, view(world, 'evaluate-too', noFaults)),
    'notify-again': () => notify(world, view(world, 'notify-again', noFaults), noFaults),
    'rollup-again': () => rollup(world, view(world, 'rollup-again', noFaults)),
    'sweep-again': () => sweep(world, view(world, 'sweep-again', noFaults)),
    'sweep-too': () => sweep(world, view(world, 'sweep-too', noFaults)),
    'rollup-too': () => rollup(world, view(world, 'rollup-too', noFaults)),
  })
  for (const error of errors.values()) throw error
}
