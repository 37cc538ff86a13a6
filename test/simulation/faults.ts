/**
 * A bucket as one actor sees it on a bad day. Each call waits for its turn; then, as the seed says, it works, or fails in
 * one of the ways a store and a network have.
 */
import { type Bucket, BucketError, type PutCondition } from '../../adapters/bucket/port.ts'
import type { Scheduler } from './scheduler.ts'

/** Chances of each fault, for one call. */
export interface FaultRates {
  /** The actor dies before the call has any effect. */
  crashBefore: number
  /** The call takes effect, and the actor dies before it hears of it. */
  crashAfter: number
  /** The call takes effect, and its answer is lost. */
  lostAnswer: number
  /** The store refuses; nothing happened. */
  refused: number
  /** A conditional put took effect, was sent again by something on the way, and answers that it lost. */
  falseLost: number
  /** The call takes effect, and others run before its answer comes. */
  slowAnswer: number
  /** The actor gives up waiting; the call takes effect later, when nobody expects it any more. */
  timedOut: number
  /** The same, but the actor dies: its requests are on the wire. */
  crashMidway: number
}

export const noFaults: FaultRates = {
  crashBefore: 0,
  crashAfter: 0,
  lostAnswer: 0,
  refused: 0,
  falseLost: 0,
  slowAnswer: 0,
  timedOut: 0,
  crashMidway: 0,
}

export const weathers: Record<'fair' | 'rough' | 'foul', FaultRates> = {
  fair: noFaults,
  rough: {
    crashBefore: 0.01,
    crashAfter: 0.01,
    lostAnswer: 0.02,
    refused: 0.02,
    falseLost: 0.02,
    slowAnswer: 0.1,
    timedOut: 0.01,
    crashMidway: 0.01,
  },
  foul: {
    crashBefore: 0.04,
    crashAfter: 0.04,
    lostAnswer: 0.06,
    refused: 0.06,
    falseLost: 0.05,
    slowAnswer: 0.2,
    timedOut: 0.04,
    crashMidway: 0.03,
  },
}

/** A process at work, and what its calls are up against. */
export interface Actor {
  name: string
  rates: FaultRates
  /** Nothing of it goes on, whatever else it was at. */
  isDead?: boolean
}

/** A call of it never returns, nor does any other. */
export function die(actor: Actor, scheduler: Scheduler): Promise<never> {
  actor.isDead = true
  return scheduler.die()
}

type Fault = keyof FaultRates | 'none'

export function faultyBucket(bucket: Bucket, { actor, scheduler }: { actor: Actor; scheduler: Scheduler }): Bucket {
  const { name, rates } = actor
  const call = async <T>(
    operation: 'get' | 'put' | 'list' | 'delete',
    key: string,
    act: () => Promise<T>,
    { lost, interrupted = act }: { lost?: T | undefined; interrupted?: () => Promise<T> } = {},
  ): Promise<T> => {
    await scheduler.turn()
    if (actor.isDead) return die(actor, scheduler)
    const fault = chooseFault(scheduler, rates, lost !== undefined)
    scheduler.tell(`${name}: ${operation} ${key}${fault === 'none' ? '' : ` [${fault}]`}`)
    switch (fault) {
      case 'none':
        return act()
      case 'crashBefore':
        return die(actor, scheduler)
      case 'slowAnswer': {
        const answer = await act()
        await scheduler.turn()
        if (actor.isDead) return die(actor, scheduler)
        scheduler.tell(`${name}: has its answer to ${operation} ${key}`)
        return answer
      }
      case 'crashAfter':
        await interrupted()
        return die(actor, scheduler)
      case 'crashMidway':
        scheduler.later(`${name}, dead: ${operation} ${key}`, interrupted)
        return die(actor, scheduler)
      case 'timedOut':
        scheduler.later(`${name}, long after: ${operation} ${key}`, interrupted)
        throw new BucketError('timed out', { operation, key, effect: 'unknown' })
      case 'lostAnswer':
        await interrupted()
        throw new BucketError('the answer was lost', { operation, key, effect: 'unknown' })
      case 'refused':
        throw new BucketError('the store is away', { operation, key, effect: 'none' })
      case 'falseLost': {
        await act()
        return lost as T
      }
    }
  }
  return {
    url: bucket.url,
    get: (key, options) => call('get', key, () => bucket.get(key, options)),
    put: (key, body, condition) =>
      call('put', `${key}${condition ? ` ${conditionName(condition)}` : ''}`, () => bucket.put(key, body, condition), {
        lost: condition && { outcome: 'lost' as const },
      }),
    list: (prefix, options) => call('list', prefix, () => bucket.list(prefix, options)),
    delete: (keys) =>
      call('delete', keys.join(' '), () => bucket.delete(keys), {
        interrupted: () => bucket.delete(keys.filter(() => scheduler.fraction() < 0.5)),
      }),
  }
}

const faults = Object.keys(noFaults) as (keyof FaultRates)[]

function chooseFault(scheduler: Scheduler, rates: FaultRates, isConditional: boolean): Fault {
  let chance = scheduler.fraction()
  for (const fault of faults) {
    if (chance < rates[fault]) return fault === 'falseLost' && !isConditional ? 'none' : fault
    chance -= rates[fault]
  }
  return 'none'
}

function conditionName(condition: PutCondition): string {
  return 'ifAbsent' in condition ? 'if-absent' : 'if-matches'
}
