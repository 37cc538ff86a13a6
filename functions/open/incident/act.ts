/** What a form said goes into the control object, which the next run of evaluate takes. The same said twice is said once. */
import type { Bucket } from '../../../adapters/bucket/port.ts'
import { changeControl } from '../../../adapters/control/control.ts'
import type { Notice } from '../../../core/notice.ts'
import {
  type Ack,
  type Changed,
  type Control,
  type Silence,
  withAck,
  withSilence,
} from '../../../core/telling/control.ts'
import { matchOf, type Said } from './choices.ts'

export type Acted = { outcome: 'said' | 'said before' } | { outcome: 'refused'; reason: string }

export async function silence(bucket: Bucket, about: Notice, said: Said, nowMs: number): Promise<Acted> {
  const { once: id, untilMs, by, comment, scope } = said
  const one: Silence = { id, match: matchOf(about, scope), fromMs: nowMs, untilMs, by, comment, createdAtMs: nowMs }
  const isSaid = ({ silences }: Control) => silences.some((known) => known.id === id)
  return change(bucket, isSaid, (control) => withSilence(control, one))
}

/** Whoever presses twice is not two. */
const sameWithinMs = 60_000

export async function acknowledge(bucket: Bucket, about: Notice, said: Said, nowMs: number): Promise<Acted> {
  const { untilMs, by, comment } = said
  const one: Ack = { incident: about.incident, untilMs, by, comment, atMs: nowMs }
  const isSame = (known: Ack) =>
    known.incident === one.incident &&
    known.by === by &&
    known.comment === comment &&
    Math.abs(known.untilMs - untilMs) < sameWithinMs
  return change(
    bucket,
    ({ acks }) => acks.some(isSame),
    (control) => withAck(control, one),
  )
}

async function change(
  bucket: Bucket,
  isSaid: (control: Control) => boolean,
  say: (control: Control) => Changed,
): Promise<Acted> {
  let before = false
  const changed = await changeControl(bucket, (control) => {
    before = isSaid(control)
    return before ? { ok: false, reason: 'said before' } : say(control)
  })
  if (before) return { outcome: 'said before' }
  return changed.ok ? { outcome: 'said' } : { outcome: 'refused', reason: changed.reason }
}
