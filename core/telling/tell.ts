/**
 * Who is to be told what, and who is not: one pure function of what the run decided, who was told before, what operators say
 * and the time.
 *
 *     begins        -> firing, to each receiver that a route leads to
 *     gets worse    -> escalated, to those who know it as less
 *     goes on       -> repeat, an interval after the last time; not while it recovers, has no data, is acknowledged or flaps
 *     is over       -> resolved, to each who was told that it began, and to nobody else
 *     is amended    -> amended, to those same
 *
 * A silence, maintenance, a host that is down, or no route: nobody is told, and a row says why, once. When that ends, and it
 * still fires, they are told then.
 */

import type { Transition } from '../alerts/alert.ts'
import type { Rule } from '../alerts/rule.ts'
import type { Notice } from '../notice.ts'
import type { HeldRow, TellingRow } from '../shard/block.ts'
import type { Control } from './control.ts'
import { follow } from './follow.ts'
import { allSilentRule, type Hold, type Holds, holdOf, holdsNow } from './hold.ts'
import { makeNotice, placeBy, type Telling } from './make-notice.ts'
import type { Subject } from './match.ts'
import type { Route, TellingPolicy } from './policy.ts'
import { receiversOf, routesNow } from './route.ts'
import { isOpen, isWorse, type Told, wasTold } from './told.ts'

export interface TellOptions {
  shard: string
  before: Readonly<Record<string, Told>>
  transitions: readonly Transition[]
  /** Hosts that are gone for good since this run. */
  forgotten: ReadonlySet<string>
  control: Control
  policy: TellingPolicy
  tagsOf(host: string): Readonly<Record<string, string>>
  /** As this host has it; absent: it has no such rule any more. */
  ruleOf(host: string, rule: string): Rule | undefined
  nowMs: number
}

export interface ToldNow {
  telling: Record<string, Told>
  notices: Notice[]
  rows: (TellingRow | HeldRow)[]
}

export function tell(options: TellOptions): ToldNow {
  const { before, transitions, control, policy, nowMs } = options
  const { told, opened, fired, ended, amended } = follow(new Map(Object.entries(before)), transitions, nowMs)
  const holds = holdsNow({ control, policy, nowMs }, silentOf(told, options))
  const routes = routesNow(policy, nowMs)
  const notices: Notice[] = []
  const rows: ToldNow['rows'] = []
  for (const [incident, one] of told) {
    const has = (of: ReadonlySet<string>) => of.has(incident)
    const news = { opened: has(opened), fired: has(fired), ended: ended.get(incident), amended: amended.get(incident) }
    if (!isOpen(one) && !news.ended && !news.amended) continue
    const turn = tellIncident(incident, one, { ...options, holds, routes, news })
    told.set(incident, turn.told)
    notices.push(...turn.notices)
    rows.push(...turn.rows)
  }
  return { telling: Object.fromEntries(told), notices, rows }
}

/** Open incidents of hosts that are down: of one that is heard again, and may only be flapping, everything is known. */
function silentOf(told: ReadonlyMap<string, Told>, { ruleOf }: TellOptions): Pick<Holds, 'down' | 'allSilent'> {
  const down = new Map<string, string>()
  let allSilent: string | undefined
  for (const [incident, one] of told) {
    if (!isOpen(one)) continue
    if (one.rule === allSilentRule) allSilent = incident
    const rule = ruleOf(one.host, one.rule)
    if (rule?.kind === 'absent' && rule.of === 'host' && one.phase !== 'recovering') down.set(one.host, incident)
  }
  return { down, ...(allSilent === undefined ? {} : { allSilent }) }
}

interface Turn extends TellOptions {
  holds: Holds
  routes: readonly Route[]
  news: {
    opened: boolean
    fired: boolean
    ended: Transition | undefined
    amended: Transition | undefined
  }
}

interface Turned {
  told: Told
  notices: Notice[]
  rows: ToldNow['rows']
}

function tellIncident(incident: string, told: Told, turn: Turn): Turned {
  const { host, rule, entity, severity } = told
  const subject = { host, tags: turn.tagsOf(host), rule, entity, severity, incident }
  const { ended, amended, opened } = turn.news
  const first = ended ? tellEnd(subject, told, ended, turn) : tellOpen(subject, told, turn)
  if (!amended || ended || opened) return first
  const last = tellAmended(subject, first.told, amended, turn)
  return { told: last.told, notices: [...first.notices, ...last.notices], rows: [...first.rows, ...last.rows] }
}

function tellOpen(subject: Subject, told: Told, turn: Turn): Turned {
  if (!isOpen(told) || told.phase === 'recovering') return nothing(told)
  const wanted = receiversOf(subject, turn.routes)
  if (wanted.size === 0 && begins(told, turn) && toThoseTold(told).length === 0) {
    return held(subject, nothing(told), { by: 'route', reason: 'no route leads to anybody now' }, turn)
  }
  const due = [...wanted].flatMap(([receiver, route]) => dueOf(subject, told, { receiver, route }, turn))
  if (due.length === 0) return nothing(told)
  const hold = holdOf({ ...subject, ...(told.flapping ? { flapping: true as const } : {}) }, turn.holds)
  const free = hold ? due.filter(({ kind }) => hold.onlyRepeats && kind !== 'repeat') : due
  const said = say(subject, told, free, turn)
  return hold && free.length < due.length ? held(subject, said, hold, turn) : said
}

/** That its host fell silent in the run in which it fired makes it no less true: a full disk may be why. */
function begins({ phase }: Told, { news }: Turn): boolean {
  return phase === 'firing' || (phase === 'no-data' && news.fired)
}

/** What the receiver would be told now if nothing held it. */
function dueOf(
  subject: Subject,
  told: Told,
  { receiver, route }: { receiver: string; route: Route },
  turn: Turn,
): Telling[] {
  const { nowMs, ruleOf } = turn
  const { phase, said, receivers } = told
  const known = receivers[receiver]
  const shared = { receiver, told, subject, said, place: placeBy(subject, route, nowMs) }
  if (!wasTold(told, known)) return begins(told, turn) ? [{ kind: 'firing', ...shared }] : []
  const { severity: severityBefore, lastMs, repeats } = known
  if (phase === 'firing' && isWorse(told.severity, severityBefore)) {
    return [{ kind: 'escalated', ...shared, rest: { severityBefore } }]
  }
  // What nobody knows anything of is not said to go on.
  if (phase !== 'firing') return []
  const repeatMs = route.repeatMs ?? ruleOf(told.host, told.rule)?.repeatMs ?? defaultRepeatMs
  // Either way: a clock that went back by more than that was wrong before.
  if (Math.abs(nowMs - lastMs) < repeatMs) return []
  return [{ kind: 'repeat', ...shared, said: { ...said, atMs: nowMs }, rest: { repeat: repeats + 1 } }]
}

/** Of what is no rule of a host: that all are silent. */
const defaultRepeatMs = 86_400_000

function tellEnd(subject: Subject, told: Told, ended: Transition, turn: Turn): Turned {
  const { atMs, reason, value, threshold } = ended
  const said = {
    atMs,
    reason,
    ...(value === undefined ? {} : { value }),
    ...(threshold === undefined ? {} : { threshold }),
    ...(ended.late ? { late: ended.late } : {}),
  }
  const tellings = toThoseTold(told).map(([receiver, { group, groupIntervalMs, severity }]): Telling => {
    const place = { group, groupIntervalMs }
    const rest = {
      ...(turn.forgotten.has(told.host) ? { forgotten: true as const } : {}),
      ...(ended.gone ? { gone: ended.gone } : {}),
    }
    return { kind: 'resolved', receiver, told, subject: { ...subject, severity }, said, place, rest }
  })
  if (tellings.length > 0) return say(subject, told, tellings, turn)
  return held(subject, nothing(told), { by: 'over', reason: 'over before anybody was told' }, turn)
}

/** Only of what they were told of. */
function tellAmended(subject: Subject, before: Told, { atMs, reason, late }: Transition, turn: Turn): Turned {
  const receivers = toThoseTold(before)
  if (receivers.length === 0) return nothing(before)
  const told = { ...before, amended: (before.amended ?? 0) + 1 }
  const hold = holdOf(subject, turn.holds)
  if (hold && !hold.onlyRepeats) return nothing(told)
  const tellings = receivers.map(([receiver, { group, groupIntervalMs }]): Telling => {
    const said = { atMs, reason, ...(late ? { late } : {}) }
    return { kind: 'amended', receiver, told, subject, said, place: { group, groupIntervalMs } }
  })
  return say(subject, told, tellings, turn)
}

function toThoseTold(told: Told) {
  return Object.entries(told.receivers).filter(([, receiver]) => wasTold(told, receiver))
}

function nothing(told: Told): Turned {
  return { told, notices: [], rows: [] }
}

function say(subject: Subject, before: Told, tellings: readonly Telling[], turn: Turn): Turned {
  if (tellings.length === 0) return nothing(before)
  const rule = turn.ruleOf(before.host, before.rule)
  const notices = tellings.map((telling) => makeNotice(telling, { shard: turn.shard, rule }))
  const rows = [...Map.groupBy(notices, ({ kind }) => kind)].map(([kind, same]): TellingRow => {
    const [{ reason } = { reason: '' }] = same
    return {
      kind: 'telling',
      tell: kind as TellingRow['tell'],
      ...named(subject, turn),
      reason,
      notices: same.map(({ id }) => id),
    }
  })
  const { held: _, ...told } = before
  const receivers = Object.fromEntries(
    tellings.map((telling) => [telling.receiver, after(before, telling, turn.nowMs)]),
  )
  return { told: { ...told, receivers: { ...before.receivers, ...receivers } }, notices, rows }
}

/** The receiver, told of this. */
function after(told: Told, { kind, receiver, place, rest }: Telling, nowMs: number): Told['receivers'][string] {
  const known = told.receivers[receiver]
  const isKnown = wasTold(told, known)
  return {
    round: told.round,
    firstMs: isKnown ? known.firstMs : nowMs,
    lastMs: kind === 'amended' && isKnown ? known.lastMs : nowMs,
    repeats: rest?.repeat ?? known?.repeats ?? 0,
    severity: isKnown && !isWorse(told.severity, known.severity) ? known.severity : told.severity,
    group: place.group,
    groupIntervalMs: place.groupIntervalMs,
  }
}

/** A row where that is news. */
function held(subject: Subject, { told, notices, rows }: Turned, { by, reason }: Hold, turn: Turn): Turned {
  if (told.held === reason) return { told, notices, rows }
  const row: HeldRow = { kind: 'held', by, ...named(subject, turn), reason }
  return { told: { ...told, held: reason }, notices, rows: [...rows, row] }
}

function named({ incident, host, rule, entity, severity }: Subject, { nowMs }: Turn) {
  return { incident, host, rule, entity, severity, decidedAtMs: nowMs }
}
