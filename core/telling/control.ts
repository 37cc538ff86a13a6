/**
 * What operators say, in one object: silences, acknowledgements, hosts that are gone for good. The command line and the
 * links in mails change it; each run of evaluate reads it.
 */
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
