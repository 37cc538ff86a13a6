/**
 * What operators say, in one object: silences, acknowledgements, hosts that are gone for good. The command line and the
 * links in mails change it; each run of evaluate reads it.
 */
import { limits } from '../limits.ts'
import type { Matcher } from './policy.ts'

/** Nobody is told of what matches, from one time to another. */
export interface Silence {
  /** 8 hex digits. */
  id: string
  match: Matcher & { incident?: string }
  fromMs: number
  untilMs: number
  by: string
  comment: string
  createdAtMs: number
  /** It was ended early. */
  expiredAtMs?: number
}

/** Somebody takes care of it: no repeats until then. That it gets worse, or is over, is told. */
export interface Ack {
  incident: string
  untilMs: number
  by: string
  comment: string
  atMs: number
}

/** The host is gone for good: its alerts end, and it leaves state, unless it has sent something since. */
export interface Forgotten {
  host: string
  by: string
  atMs: number
}

export interface Control {
  v: 1
  silences: Silence[]
  acks: Ack[]
  forgotten: Forgotten[]
}

export const noControl: Control = { v: 1, silences: [], acks: [], forgotten: [] }

export type Changed = { ok: true; control: Control } | { ok: false; reason: string }

/** What is over is still listed for so long. */
const keptMs = 7 * 86_400_000

/** Each of these may be asked again when its answer was lost, and then changes nothing more. */
export function withSilence(control: Control, silence: Silence): Changed {
  const { silences, ...rest } = withoutOld(control, silence.createdAtMs)
  if (silence.untilMs <= Math.max(silence.fromMs, silence.createdAtMs)) {
    return { ok: false, reason: 'a silence must end after it begins, and after now' }
  }
  const others = silences.filter(({ id }) => id !== silence.id)
  const room = withRoom(others, (one) => isOver(one, silence.createdAtMs))
  return bounded({ ...rest, silences: [...room, silence] })
}

/** Ends it now. */
export function withExpired(control: Control, { id, nowMs }: { id: string; nowMs: number }): Changed {
  const found = control.silences.find((silence) => silence.id === id)
  if (!found) return { ok: false, reason: `there is no silence ${id}` }
  if (found.expiredAtMs === nowMs) return { ok: true, control }
  if (isOver(found, nowMs)) return { ok: false, reason: `the silence ${id} is over already` }
  const silences = control.silences.map((one) => (one === found ? { ...one, expiredAtMs: nowMs } : one))
  return { ok: true, control: { ...withoutOld(control, nowMs), silences } }
}

/** A later one of the same incident stands for the earlier. */
export function withAck(control: Control, ack: Ack): Changed {
  const { acks, ...rest } = withoutOld(control, ack.atMs)
  if (ack.untilMs <= ack.atMs) return { ok: false, reason: 'an acknowledgement must end after now' }
  const others = acks.filter(({ incident }) => incident !== ack.incident)
  const room = withRoom(others, ({ untilMs }) => untilMs <= ack.atMs)
  return bounded({ ...rest, acks: [...room, ack] })
}

export function withForgotten(control: Control, one: Forgotten): Changed {
  const { forgotten, ...rest } = withoutOld(control, one.atMs)
  return bounded({ ...rest, forgotten: [...forgotten.filter(({ host }) => host !== one.host), one] })
}

export function isSilent({ fromMs, ...silence }: Silence, nowMs: number): boolean {
  return fromMs <= nowMs && !isOver({ fromMs, ...silence }, nowMs)
}

export function isOver({ untilMs, expiredAtMs = untilMs }: Silence, nowMs: number): boolean {
  return nowMs >= Math.min(untilMs, expiredAtMs)
}

/** Without what has been over for a while. A forgotten host is known as long: it may have been in no run since. */
export function withoutOld({ v, silences, acks, forgotten }: Control, nowMs: number): Control {
  return {
    v,
    silences: silences.filter((one) => !isOver(one, nowMs - keptMs)),
    acks: acks.filter(({ untilMs }) => nowMs - keptMs < untilMs),
    forgotten: forgotten.filter(({ atMs }) => nowMs - keptMs < atMs),
  }
}

/** What is over and only listed makes room for one more, the oldest first. */
function withRoom<T>(list: readonly T[], isDone: (one: T) => boolean): T[] {
  let excess = list.length + 1 - limits.controlEntries
  return list.filter((one) => {
    if (excess <= 0 || !isDone(one)) return true
    excess -= 1
    return false
  })
}

function bounded(control: Control): Changed {
  for (const list of ['silences', 'acks', 'forgotten'] as const) {
    const most = limits.controlEntries
    if (control[list].length > most)
      return { ok: false, reason: `there are ${most} ${list} already, the most there may be` }
  }
  return { ok: true, control }
}
