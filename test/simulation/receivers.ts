/** Those who are told, and how they take it: well, or in one of the ways in which a receiver is away. */
import { retryPolicies } from '../../adapters/receivers/policy.ts'
import { type Receiver, ReceiverError } from '../../adapters/receivers/port.ts'
import { type Actor, noFaults } from './faults.ts'
import { type ReceiverName, receiverNames } from './fleet.ts'
import type { Mood } from './story.ts'
import type { World } from './world.ts'

export type Moods = Readonly<Record<ReceiverName, Mood>>

export const allWell: Moods = { default: 'well', pager: 'well', chat: 'well' }

/** One that is soon told by digests, and two that take whatever comes. */
const capPerHour: Record<ReceiverName, number> = { default: 1_000, pager: 1_000, chat: 2 }

export function receiversOf(world: World, actor: Actor, moods: Moods): Record<ReceiverName, Receiver> {
  const entries = receiverNames.map((name) => [name, receiver(world, actor, { name, mood: moods[name] })] as const)
  return Object.fromEntries(entries) as Record<ReceiverName, Receiver>
}

function receiver(
  { scheduler, ledger }: World,
  actor: Actor,
  { name, mood }: { name: ReceiverName; mood: Mood },
): Receiver {
  const { rates } = actor
  return {
    name,
    destination: name,
    reachesSomebody: true,
    deadlineMs: 30_000,
    capPerHour: capPerHour[name],
    retry: retryPolicies.mail,
    send: async ({ id, kind, notices }) => {
      await scheduler.turn()
      if (actor.isDead || mood === 'hangs') return new Promise(() => {})
      if (mood === 'refuses') throw new ReceiverError('connection refused', { effect: 'none' })
      if (mood === 'fails' || scheduler.fraction() < rates.refused)
        throw new ReceiverError('500 try again later', { effect: 'none' })
      const isHeard = mood === 'well' && scheduler.fraction() >= rates.lostAnswer
      ledger.receive({
        message: id,
        kind,
        ids: notices.map((notice) => notice.id),
        gatheredMs: Math.min(...notices.map(({ notBeforeMs = 0 }) => notBeforeMs)),
        receiver: name,
        atMs: scheduler.now(),
        isSure: isHeard && rates === noFaults,
      })
      scheduler.tell(`${name}: has ${kind} ${id}: ${notices.map((notice) => notice.id).join(' ')}`)
      if (!isHeard) throw new ReceiverError('connection reset after DATA')
      return { messageId: `<${id}>`, where: name }
    },
  }
}
