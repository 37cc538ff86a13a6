/**
 * Hosts that are gone for good leave state: their alerts end, their history stays. Which of their batches were taken is still
 * known, so that one that is sent again is not taken twice.
 */

import { incidentOf, parseAlertKey, type Transition } from '../alerts/alert.ts'
import type { Forgotten } from '../telling/control.ts'
import type { RulesOf } from './advance.ts'
import type { ForgottenRow, GapRow } from './block.ts'
import { tellHoles } from './holes.ts'
import type { HostState } from './state.ts'
import type { StreamState } from './streams.ts'

export interface GoneHost {
  atMs: number
  streams: Record<string, StreamState>
}

export interface ForgetOptions {
  said: readonly Forgotten[]
  /** Something of it is taken in this run, or the run doesn't know: then a later run forgets it. */
  isHeard(host: string): boolean
  rulesOf: RulesOf
  nowMs: number
}

/** Takes them out of `hosts`. */
export function forgetHosts(
  hosts: Map<string, HostState>,
  { said, isHeard, rulesOf, nowMs }: ForgetOptions,
): {
  rows: (ForgottenRow | GapRow)[]
  forgotten: Set<string>
  transitions: Transition[]
  gone: Record<string, GoneHost>
} {
  const rows: (ForgottenRow | GapRow)[] = []
  const forgotten = new Set<string>()
  const transitions: Transition[] = []
  const gone: Record<string, GoneHost> = {}
  for (const { host: name, by, atMs } of said) {
    const host = hosts.get(name)
    if (!host || host.lastArrivalMs >= atMs || isHeard(name)) continue
    hosts.delete(name)
    forgotten.add(name)
    // What never came is told now: nobody will look for it again.
    const { host: withHoles, gaps } = tellHoles(name, host, nowMs, true)
    rows.push({ kind: 'forgotten', host: name, by, atMs }, ...gaps)
    transitions.push(...endAlerts(name, host, { reason: `forgotten by ${by}`, rulesOf, nowMs }))
    gone[name] = { atMs: nowMs, streams: withHoles.streams }
  }
  return { rows, forgotten, transitions, gone }
}

/** Those that were only building up end as well: the log says where each of them went. */
function endAlerts(
  name: string,
  host: HostState,
  { reason, rulesOf, nowMs }: { reason: string; rulesOf: RulesOf; nowMs: number },
): Transition[] {
  const { byId } = rulesOf(name, host)
  return Object.entries(host.alerts).map(([key, alert]): Transition => {
    const { rule, entity } = parseAlertKey(key)
    const known = byId.get(rule)
    const ofRule = known && 'severity' in known ? known.severity : 'warning'
    const incident = incidentOf(alert)
    return {
      kind: 'transition',
      host: name,
      rule,
      entity,
      severity: alert.state === 'pending' ? ofRule : alert.severity,
      from: alert.state,
      to: 'ok',
      atMs: nowMs,
      decidedAtMs: nowMs,
      reason,
      ...(incident ? { incident } : {}),
    }
  })
}

/** Without those of whom nothing can come any more. */
export function stillGone(
  gone: Readonly<Record<string, GoneHost>>,
  { hosts, keptMs, nowMs }: { hosts: ReadonlyMap<string, HostState>; keptMs: number; nowMs: number },
): Record<string, GoneHost> {
  return Object.fromEntries(
    Object.entries(gone).filter(([name, { atMs }]) => !hosts.has(name) && nowMs - atMs < keptMs),
  )
}
