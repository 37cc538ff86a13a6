/** Follows the transitions of a run: what begins, gets worse, ends, begins again, or is amended. */
import type { Transition } from '../alerts/alert.ts'
import { isOpen, isWorse, type Said, type Told } from './told.ts'

export interface Followed {
  told: Map<string, Told>
  /** Incidents that were opened in this run. */
  opened: Set<string>
  /** Incidents that fired in this run, whatever they do by now. */
  fired: Set<string>
  /** By incident: the transition that ended it. */
  ended: Map<string, Transition>
  /** By incident: the last transition that amended it. */
  amended: Map<string, Transition>
}

/** What is over is known so long: what comes later amends nothing. */
const keptMs = 7 * 86_400_000
/** Of a shard, the latest. */
const mostKept = 1_000

export function follow(before: ReadonlyMap<string, Told>, transitions: readonly Transition[], nowMs: number): Followed {
  const followed: Followed = {
    told: withoutOld(before, nowMs),
    opened: new Set(),
    fired: new Set(),
    ended: new Map(),
    amended: new Map(),
  }
  for (const transition of transitions) {
    const { incident, amends } = transition
    if (incident) {
      followIncident(followed, incident.id, transition)
      if (transition.to === 'firing') followed.fired.add(incident.id)
    }
    if (amends !== undefined) followed.amended.set(amends, transition)
  }
  return followed
}

function followIncident({ told, opened, ended }: Followed, id: string, transition: Transition): void {
  const known = told.get(id)
  const { from, to, decidedAtMs, amends } = transition
  // A note about one that is over: the phase that it stands beside is of another incident, or of none.
  if (amends === id && from === to && !(known && isOpen(known))) return
  if (to === 'ok' || to === 'pending') {
    if (!known || !isOpen(known)) return
    told.set(id, { ...known, endedAtMs: transition.atMs, overSinceMs: decidedAtMs })
    ended.set(id, transition)
    return
  }
  if (known && isOpen(known)) {
    told.set(id, { ...known, ...newsOf(transition, known), phase: to })
    return
  }
  // Nothing begins by losing its data, nor by recovering.
  if (to !== 'firing') return
  if (known && ended.delete(id)) {
    // Over and back in one run: nobody was told that it was over.
    const { endedAtMs: _, overSinceMs: __, ...goesOn } = known
    told.set(id, { ...goesOn, ...newsOf(transition, known), phase: to })
    return
  }
  opened.add(id)
  told.set(id, opening(transition, known))
}

function opening(transition: Transition, known: Told | undefined): Told {
  const { host, rule, entity, severity, incident, atMs, flapping } = transition
  return {
    host,
    rule,
    entity,
    severity,
    phase: 'firing',
    startedAtMs: incident?.startedAtMs ?? atMs,
    said: saidBy(transition),
    receivers: known?.receivers ?? {},
    round: (known?.round ?? 0) + 1,
    ...(flapping ? { flapping } : {}),
    ...(known?.amended === undefined ? {} : { amended: known.amended }),
  }
}

function newsOf(transition: Transition, known: Told): Partial<Told> {
  const { to, severity, incident, flapping } = transition
  const startedAtMs = incident?.startedAtMs ?? known.startedAtMs
  if (to !== 'firing') return { startedAtMs }
  const said = isWorse(severity, known.severity) ? saidBy(transition) : known.said
  return { startedAtMs, severity, said, ...(flapping ? { flapping } : {}) }
}

function saidBy({ atMs, reason, value, threshold, top, late, datapoints }: Transition): Said {
  return {
    atMs,
    reason,
    ...(value === undefined ? {} : { value }),
    ...(threshold === undefined ? {} : { threshold }),
    ...(top ? { top } : {}),
    ...(late ? { late } : {}),
    ...(datapoints ? { datapoints } : {}),
  }
}

function withoutOld(before: ReadonlyMap<string, Told>, nowMs: number): Map<string, Told> {
  const entries = [...before]
  const over = entries.filter(([, { overSinceMs }]) => overSinceMs !== undefined && nowMs - overSinceMs < keptMs)
  const kept = new Set(over.slice(-mostKept).map(([incident]) => incident))
  return new Map(entries.filter(([incident, one]) => isOpen(one) || kept.has(incident)))
}
