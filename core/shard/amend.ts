/**
 * What late data change about what was told. The time since a mark was computed again with them in their place; an incident
 * of that time is one that was told if the two overlap, and keeps its id: it began earlier, it ended at another time, it is
 * open again, or it never was. Nothing that was told is rewritten: each change is a transition that says so.
 */
import { type AlertKey, type AlertState, type Incident, incidentOf, type Late } from '../alerts/alert.ts'
import { utcTime } from '../alerts/reason.ts'
import type { Step } from './decide-alert.ts'
import type { Fold, Folded } from './fold.ts'
import type { Again } from './line.ts'
import { isPresence, type KnownIncident, type Shown, show } from './shown.ts'

/** An incident as the readings in order give it. */
interface Lived {
  incident: Incident
  opened?: Step
  /** Where it went to firing last. */
  fired?: Step
  closed?: Step
}

export function amend(shown: Shown, fold: Fold, { from, steps }: Again): void {
  const byKey = Map.groupBy(steps, ({ key }) => key)
  for (const key of new Set([...shown.alerts.keys(), ...byKey.keys(), ...fold.alerts.keys()])) {
    if (!isPresence(shown.rules, key)) amendAlert(shown, fold, { key, from, steps: byKey.get(key) ?? [] })
  }
}

interface Amending {
  key: AlertKey
  from: Folded
  steps: readonly Step[]
}

function amendAlert(shown: Shown, fold: Fold, { key, from, steps }: Amending): void {
  const told = shown.incidents.filter((one) => one.key === key)
  const lived = incidentsOf(from.alerts[key], steps)
  const open = lived.find(({ closed }) => !closed)
  const toldAs = match(lived, told)
  const known = open && toldAs.get(open)
  if (known && open) rename(fold, key, { id: known.id, startedAtMs: open.incident.startedAtMs })
  const before = incidentOf(shown.alerts.get(key))
  for (const one of lived) {
    const as = toldAs.get(one)
    if (one.closed && !(as && as.id === before?.id)) tellOver(shown, key, one, as)
  }
  const matched = new Set([...toldAs.values()].map(({ id }) => id))
  for (const one of told) {
    if (one.endedAtMs !== undefined && one.startedAtMs > from.atMs && !matched.has(one.id))
      tellNeverWas(shown, key, one)
  }
  const ended = before && lived.find((one) => one.closed && toldAs.get(one)?.id === before.id)
  tellNow(shown, fold, { key, ended: ended?.closed, fired: open?.fired, last: steps.at(-1), known })
}

/** What an alert went through, from the state that it had at the mark. */
function incidentsOf(atMark: AlertState | undefined, steps: readonly Step[]): Lived[] {
  const lived: Lived[] = []
  const first = incidentOf(atMark)
  let current: Lived | undefined = first && { incident: first }
  if (current) lived.push(current)
  for (const step of steps) {
    const incident = incidentOf(step.after)
    if (incident && !current) {
      current = { incident, opened: step }
      lived.push(current)
    } else if (!incident && current) {
      current.closed = step
      current = undefined
    }
    if (current && step.after?.state === 'firing') current.fired = step
  }
  return lived
}

/** By what overlaps in time; the one that is open first, and to one that is known to be open, if there is one. */
function match(lived: readonly Lived[], told: readonly KnownIncident[]): Map<Lived, KnownIncident> {
  const matches = new Map<Lived, KnownIncident>()
  const left = new Set(told)
  for (const one of lived.toSorted((a, b) => Number(a.closed !== undefined) - Number(b.closed !== undefined))) {
    const overlapping = [...left].filter((other) => overlap(one, other))
    const found = overlapping.find(({ id }) => id === one.incident.id) ?? overlapping.find(isOpen) ?? overlapping[0]
    if (!found) continue
    matches.set(one, found)
    left.delete(found)
  }
  return matches
}

function overlap({ incident, closed }: Lived, { startedAtMs, endedAtMs }: KnownIncident): boolean {
  const endMs = closed?.atMs ?? Number.POSITIVE_INFINITY
  return incident.startedAtMs <= (endedAtMs ?? Number.POSITIVE_INFINITY) && startedAtMs <= endMs
}

function isOpen({ endedAtMs }: KnownIncident): boolean {
  return endedAtMs === undefined
}

function rename(fold: Fold, key: AlertKey, incident: Incident): void {
  const alert = fold.alerts.get(key)
  if (alert && alert.state !== 'pending' && alert.incident) fold.alerts.set(key, { ...alert, incident })
}

/** One that is over, and was not told, or as another time. */
function tellOver(
  shown: Shown,
  key: AlertKey,
  { incident, opened, closed }: Lived,
  known: KnownIncident | undefined,
): void {
  if (!closed) return
  const time = (atMs: number) => utcTime(atMs, shown.nowMs)
  const span = `from ${time(incident.startedAtMs)} to ${time(closed.atMs)}`
  const fired = { fromMs: incident.startedAtMs, toMs: closed.atMs }
  const after = shown.alerts.get(key)
  const learned = `learned ${time(shown.nowMs)}`
  if (known) {
    if (known.startedAtMs === incident.startedAtMs && known.endedAtMs === closed.atMs) return
    const amends = { id: known.id, startedAtMs: incident.startedAtMs }
    noteOver(shown, key, { after, atMs: closed.atMs, reason: `it was ${span}, ${learned}`, amends, fired })
  } else if (opened && !incidentOf(after)) {
    show(shown, opened)
    show(shown, closed)
    if (after) show(shown, { ...closed, after })
  } else {
    const open = incidentOf(after)
    const reason = `it had been firing as well ${span}, ${learned}`
    if (open) show(shown, { key, after, atMs: closed.atMs, reason, amends: open, fired })
  }
}

function tellNeverWas(shown: Shown, key: AlertKey, { id, startedAtMs }: KnownIncident): void {
  const time = (atMs: number) => utcTime(atMs, shown.nowMs)
  const reason = `with what came late it would not have fired at ${time(startedAtMs)}, learned ${time(shown.nowMs)}`
  const amends = { id, startedAtMs }
  noteOver(shown, key, { after: shown.alerts.get(key), atMs: startedAtMs, reason, amends, fired: 'never' })
  shown.incidents = shown.incidents.filter((one) => one.id !== id)
}

/** A note about one that is over, which leaves the alert as it is. */
function noteOver(
  shown: Shown,
  key: AlertKey,
  note: { after: AlertState | undefined; atMs: number; reason: string; amends: Incident; fired: Late['fired'] },
): void {
  const reason = shown.reasons.get(key)
  show(shown, { key, ...note })
  const { amends, atMs } = note
  const others = shown.incidents.filter(({ id }) => id !== amends.id)
  shown.incidents = [...others, { ...amends, key, endedAtMs: atMs }]
  if (note.after && reason !== undefined) shown.reasons.set(key, reason)
}

interface Now {
  key: AlertKey
  /** Where the incident that is shown as open has ended. */
  ended: Step | undefined
  /** Where the one that is open now went to firing last. */
  fired: Step | undefined
  last: Step | undefined
  /** As which the open incident was told. */
  known: KnownIncident | undefined
}

/** From what is shown to what the alert is now. */
function tellNow(shown: Shown, fold: Fold, { key, ended, fired, last, known }: Now): void {
  const before = incidentOf(shown.alerts.get(key))
  const after = fold.alerts.get(key)
  const incident = incidentOf(after)
  const time = (atMs: number) => utcTime(atMs, shown.nowMs)
  const learned = `learned ${time(shown.nowMs)}`
  const reason = last?.reason ?? shown.reasons.get(key) ?? 'nothing is known against it'
  const now = { ...(last ?? { key, atMs: fold.atMs }), after, reason }
  if (before && !incident) {
    if (ended)
      show(shown, { ...ended, reason: `over since ${time(ended.atMs)}, ${learned}: ${ended.reason}`, amends: before })
    else show(shown, { ...now, reason: `with what came late it would not have fired, ${learned}`, amends: before })
  } else if (before && incident && before.startedAtMs !== incident.startedAtMs) {
    const began = `began ${time(incident.startedAtMs)}`
    show(shown, { ...now, reason: `${began}, ${learned}: ${reason}`, amends: incident })
  } else if (!before && incident) {
    // That it fired is told first, whatever it is by now.
    const first = { ...(fired ?? now), after: { ...(fired?.after ?? after), state: 'firing', incident } as AlertState }
    show(shown, known ? { ...first, reason: `open again, ${learned}: ${first.reason}`, amends: incident } : first)
    show(shown, now)
  } else show(shown, now)
}
