/** What operators say, under the faults that their commands are up against; and what of it stands. */
import { changeControl } from '../../adapters/control/control.ts'
import {
  type Changed,
  type Control,
  withAck,
  withExpired,
  withForgotten,
  withSilence,
} from '../../core/telling/control.ts'
import { minuteMs } from '../make.ts'
import { type Actor, faultyBucket } from './faults.ts'
import { hostNames, type Saying } from './story.ts'
import type { World } from './world.ts'

/** A silence that somebody was told stands. */
export interface StandingSilence {
  id: string
  host: string
  rule: string
  fromMs: number
  untilMs: number
  /** Somebody set out to end it then, and may have. */
  endedAtMs?: number
}

export async function say(world: World, saying: Saying, actor: Actor): Promise<void> {
  const { scheduler, ledger } = world
  const nowMs = scheduler.now()
  scheduler.tell(`${actor.name}: ${JSON.stringify(saying)}`)
  switch (saying.says) {
    case 'silence': {
      const host = hostNames[saying.host] ?? ''
      const silence = {
        id: scheduler.hex(4),
        host,
        rule: saying.rule,
        fromMs: nowMs,
        untilMs: nowMs + saying.minutes * minuteMs,
      }
      const { id, fromMs, untilMs } = silence
      const match = { hosts: [host], rules: [saying.rule] }
      const said = { id, match, fromMs, untilMs, by: actor.name, comment: '', createdAtMs: nowMs }
      if (await hasChanged(world, actor, (control) => withSilence(control, said))) ledger.silences.push(silence)
      return
    }
    case 'expire': {
      const last = ledger.silences.at(-1)
      if (!last) return
      last.endedAtMs ??= nowMs
      await hasChanged(world, actor, (control) => withExpired(control, { id: last.id, nowMs }))
      return
    }
    case 'acknowledge': {
      const [incident] = ledger.received.at(-1)?.ids[0]?.split('-') ?? []
      if (incident === undefined) return
      const ack = { incident, untilMs: nowMs + saying.minutes * minuteMs, by: actor.name, comment: '', atMs: nowMs }
      await hasChanged(world, actor, (control) => withAck(control, ack))
      return
    }
    case 'forget': {
      const host = hostNames[saying.host] ?? ''
      await hasChanged(world, actor, (control) => withForgotten(control, { host, by: actor.name, atMs: nowMs }))
    }
  }
}

async function hasChanged(
  { bucket, scheduler }: World,
  actor: Actor,
  change: (control: Control) => Changed,
): Promise<boolean> {
  return (await changeControl(faultyBucket(bucket, { actor, scheduler }), change)).ok
}
