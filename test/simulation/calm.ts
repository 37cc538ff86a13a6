/** After the story: calm weather until nobody has anything to do; everything once more; and sixty days of nothing. */
import type { Bucket } from '../../adapters/bucket/port.ts'
import { type Actor, noFaults, weathers } from './faults.ts'
import { evaluate, notify, rollup, sweep, view } from './functions.ts'
import type { World } from './world.ts'

const minuteMs = 60_000
/** Long enough for leases and backoffs to run out. */
const calmStepMs = 120 * minuteMs
const calmSteps = 4

export async function calmDown(world: World): Promise<void> {
  world.scheduler.advance(minuteMs)
  world.scheduler.dropLate()
  for (const machine of world.machines) {
    await calm(world, 'agent', async (actor) => {
      const bucket = view(world, actor)
      await machine.work(actor, async (spool) => {
        await machine.seal(spool)
        await machine.ship(spool, bucket)
        // What the spool dropped is told with the next batch.
        await machine.sayGoodbye(spool)
        await machine.seal(spool)
        await machine.ship(spool, bucket)
      })
    })
  }
  for (let step = 0; step < calmSteps; step++) {
    await calm(world, 'evaluate', (actor) => evaluate(world, actor))
    await calm(world, 'notify', (actor) => notify(world, actor))
    world.scheduler.advance(calmStepMs)
  }
  await calm(world, 'rollup', (actor) => rollup(world, actor))
  await world.reporting.finish((act) => calmBucket(world, 'report', act))
  await calm(world, 'evaluate', (actor) => evaluate(world, actor))
  await calm(world, 'notify', (actor) => notify(world, actor))
  await calm(world, 'rollup', (actor) => rollup(world, actor))
  await calm(world, 'sweep', (actor) => sweep(world, actor))
}

/** Longer than anything of the lake is kept. */
const oldAgeMs = 60 * 1_440 * minuteMs

/** Nobody sends any more, and all that is there grows old: swept under faults as ever, and then in calm. */
export async function growOld(world: World): Promise<void> {
  world.scheduler.advance(oldAgeMs)
  world.scheduler.dropLate()
  const inFoulWeather = (name: string): Actor => ({ name, rates: weathers.foul })
  const actors: Record<string, () => Promise<unknown>> = {}
  for (const name of ['sweep-0', 'sweep-1', 'sweep-2']) actors[name] = () => sweep(world, inFoulWeather(name))
  for (const name of ['rollup-0', 'rollup-1']) actors[name] = () => rollup(world, inFoulWeather(name))
  actors['report-0'] = () => world.reporting.makeDue(view(world, inFoulWeather('report-0')), weathers.foul)
  await world.scheduler.run(actors)
  world.scheduler.dropLate()
  await world.reporting.finish((act) => calmBucket(world, 'report', act))
  await calm(world, 'sweep', (actor) => sweep(world, actor))
}

/** Everything once more, all at the same time: it must change nothing. */
export async function runAllAgain(world: World): Promise<void> {
  const again = { evaluate, notify, rollup, sweep }
  const actors = Object.entries(again).flatMap(([what, act]) =>
    ['again', 'too'].map((when) => {
      const name = `${what}-${when}`
      return [name, (): Promise<unknown> => act(world, { name, rates: noFaults })] as const
    }),
  )
  for (const error of (await world.scheduler.run(Object.fromEntries(actors))).values()) throw error
}

/** One actor by itself, and nothing goes wrong. */
async function calm(world: World, who: string, act: (actor: Actor) => Promise<unknown>): Promise<void> {
  const name = `${who} (calm)`
  const errors = await world.scheduler.run({ [name]: () => act({ name, rates: noFaults }) })
  for (const error of errors.values()) throw error
}

function calmBucket(world: World, who: string, act: (bucket: Bucket) => Promise<unknown>): Promise<void> {
  return calm(world, who, (actor) => act(view(world, actor)))
}
