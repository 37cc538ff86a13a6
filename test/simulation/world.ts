/** A fleet, its bucket and those who look after it, on a bad day. */
import type { Bucket } from '../../adapters/bucket/port.ts'
import { inboxHostPrefix } from '../../core/keys.ts'
import { minuteMs, startMs } from '../make.ts'
import { calmDown } from './calm.ts'
import { type Actor, weathers } from './faults.ts'
import type { PolicyName } from './fleet.ts'
import { evaluate, notify, retention, rollup, sweep, view } from './functions.ts'
import { createLedger, type Ledger } from './ledger.ts'
import { Machine } from './machine.ts'
import { createMemoryBucket } from './memory-bucket.ts'
import { say } from './operators.ts'
import { type Reporting, simulateReports } from './reporting.ts'
import { Scheduler } from './scheduler.ts'
import { type HostAction, hostNames, type Round, type Story } from './story.ts'
import { type WatchedStore, watchStore } from './watched-store.ts'

export interface World {
  scheduler: Scheduler
  bucket: Bucket
  /** The same, and what was seen of it. */
  store: WatchedStore
  reporting: Reporting
  ledger: Ledger
  policy: PolicyName
  machines: Machine[]
  /** Those that are over, and the one that is going on. */
  rounds: LivedRound[]
}

export interface LivedRound extends Pick<Round, 'weather' | 'moods'> {
  /** Time stands still in it, but for those who wait. */
  startMs: number
  /** Absent: it goes on. */
  endMs?: number
}

/** The round that it was then, if it was one. */
export function roundAt({ rounds }: World, atMs: number): LivedRound | undefined {
  return rounds.find(({ startMs, endMs = startMs }) => startMs <= atMs && atMs <= endMs)
}

/** The story, and then calm weather until nobody has anything to do. `store`: an empty bucket of whatever kind. */
export async function live(
  { seed, policy, rounds }: Story,
  store: Bucket = createMemoryBucket({ now: () => startMs }),
): Promise<World> {
  const scheduler = new Scheduler({ seed, startMs })
  const ledger = createLedger()
  const watched = watchStore(store, scheduler)
  const isRemoved = (key: string) => watched.removed.has(key)
  const { keepReportsDays } = retention
  const world: World = {
    scheduler,
    bucket: watched.bucket,
    store: watched,
    reporting: simulateReports({ scheduler, shardCount: 1, keepReportsDays, isRemoved }),
    ledger,
    policy,
    machines: hostNames.map((name) => new Machine({ name, ledger, scheduler })),
    rounds: [],
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

async function liveRound(world: World, round: Round): Promise<void> {
  const { actions, sayings, moods, evaluators, notifiers, rollups, sweeps, reports, weather } = round
  const rates = weathers[weather]
  const lived: LivedRound = { startMs: world.scheduler.now(), weather, moods }
  world.rounds.push(lived)
  const actors: Record<string, () => Promise<unknown>> = {}
  const busy = new Map<Machine, HostAction[]>()
  for (const { host, action } of actions) {
    const machine = world.scheduler.pick(world.machines.filter(({ name }) => name === hostNames[host]))
    busy.set(machine, [...(busy.get(machine) ?? []), action])
  }
  for (const [machine, theirs] of busy) {
    const name = `agent-${world.machines.indexOf(machine)} of ${machine.name}`
    actors[name] = () => actAll(world, machine, theirs, { name, rates })
  }
  const each = (what: string, count: number, act: (actor: Actor) => Promise<unknown>) => {
    for (let index = 0; index < count; index++) {
      const name = `${what}-${index}`
      actors[name] = () => act({ name, rates })
    }
  }
  each('operator', sayings.length, async (actor) => {
    const saying = sayings[Number(actor.name.split('-').at(-1))]
    if (saying) await say(world, saying, actor)
  })
  each('evaluate', evaluators, (actor) => evaluate(world, actor))
  each('notify', notifiers, (actor) => notify(world, actor, moods))
  each('rollup', rollups, (actor) => rollup(world, actor))
  each('sweep', sweeps, (actor) => sweep(world, actor))
  each('report', reports, (actor) => world.reporting.makeDue(view(world, actor), rates))
  for (const [actor, error] of await world.scheduler.run(actors)) {
    world.scheduler.tell(`${actor} ended with: ${String(error)}`)
    if (weather === 'fair') throw error
  }
  lived.endMs = world.scheduler.now()
}

/** One machine's actions, one after another; if its process dies at one, the rest of the round passes without it. */
async function actAll(world: World, machine: Machine, actions: readonly HostAction[], actor: Actor): Promise<void> {
  for (const action of actions) {
    world.scheduler.tell(`${actor.name}: ${JSON.stringify(action)}`)
    await act(world, machine, action, actor)
  }
}

async function act(world: World, machine: Machine, action: HostAction, actor: Actor): Promise<void> {
  const bucket = view(world, actor)
  switch (action.does) {
    case 'sample':
    case 'sample-newest':
    case 'sample-offline':
    case 'collect':
      return machine.work(actor, async (spool) => {
        await machine.sample(spool, action)
        if (action.does !== 'collect') await machine.seal(spool)
        if (action.does === 'sample') await machine.ship(spool, bucket)
        if (action.does === 'sample-newest') await machine.shipNewest(spool, bucket)
      })
    case 'goodbye':
      return machine.work(actor, async (spool) => {
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
