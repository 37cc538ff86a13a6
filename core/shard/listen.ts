/** Who is silent? Each host by itself, or all of them at once. */
import { allHosts, incidentOf, type Transition } from '../alerts/alert.ts'
import { allSilentRule } from '../telling/hold.ts'
import type { RulesOf } from './advance.ts'
import { listenFor } from './advance-host.ts'
import { decideAllSilent } from './all-silent.ts'
import type { HostState, ShardState } from './state.ts'

export interface ListenOptions {
  before: ShardState
  isHeard(name: string): boolean
  /** It may have sent something: nobody knows whether it is silent. */
  isUnread(name: string): boolean
  rulesOf: RulesOf
  nowMs: number
  /** False: nobody knows who else has sent something. */
  sawWholeInbox: boolean
  /** evaluate had been away until then. */
  resumedAtMs: number | undefined
}

/** Changes `hosts`. */
export function listen(
  hosts: Map<string, HostState>,
  { before, isHeard, isUnread, rulesOf, nowMs, sawWholeInbox, resumedAtMs }: ListenOptions,
): { transitions: Transition[]; state: Pick<ShardState, 'allSilent' | 'allSilentReason' | 'allSilentUntilMs'> } {
  const listeningSinceMs = Math.max(resumedAtMs ?? 0, before.allSilentUntilMs ?? 0)
  const listened = [...hosts].flatMap(([name, host]) =>
    isUnread(name) && !isHeard(name) ? [] : [{ name, host, rules: rulesOf(name, host), isHeard: isHeard(name) }],
  )
  const { shard, allSilent } = before
  const { after, reason } = sawWholeInbox
    ? decideAllSilent({ shard, before: allSilent, hosts: listened, nowMs, listeningSinceMs })
    : { after: allSilent, reason: '' }
  const transitions: Transition[] = []
  if (after !== allSilent) {
    const incident = incidentOf(after) ?? incidentOf(allSilent)
    transitions.push({
      kind: 'transition',
      host: allHosts,
      rule: allSilentRule,
      entity: '',
      severity: 'critical',
      from: allSilent?.state ?? 'ok',
      to: after?.state ?? 'ok',
      atMs: nowMs,
      decidedAtMs: nowMs,
      reason,
      ...(incident ? { incident } : {}),
      ...(after ? { opens: true } : {}),
    })
  }
  const isOver = allSilent !== undefined && after === undefined
  const options = {
    nowMs,
    // Who is not heard yet when the others are has as long as anybody.
    listeningSinceMs: isOver ? nowMs : listeningSinceMs,
    allSilentSinceMs: after?.sinceMs,
  }
  for (const { name, host, rules, isHeard: heard } of listened) {
    const told = listenFor(host, { ...options, name, rules, isHeard: heard })
    hosts.set(name, told.host)
    transitions.push(...told.transitions)
  }
  return {
    transitions,
    state: {
      ...(after
        ? { allSilent: after, allSilentReason: after === allSilent ? (before.allSilentReason ?? '') : reason }
        : {}),
      ...(isOver ? { allSilentUntilMs: nowMs } : {}),
    },
  }
}
