/**
 * Are all hosts silent at once? Then it is the store, or the way to it, and not they: one incident of all of them, instead
 * of one each. It is decided as soon as the first of them would be called down, by who is overdue already.
 */
import { type AlertState, allHosts } from '../alerts/alert.ts'
import type { HostRules } from '../alerts/host-rules.ts'
import { step } from '../alerts/lifecycle.ts'
import { allSilentRule } from '../telling/hold.ts'
import { incidentId } from './decide-alert.ts'
import { allowedMs } from './decide-presence.ts'
import type { HostState } from './state.ts'

/** Two hosts that are silent may well both be down. */
const fewestHosts = 3
/** Of those that were up. */
const leastShare = 0.8
/** On top of a sending interval: what a put and a run may take. */
const slackMs = 60_000

export interface Listened {
  host: HostState
  rules: HostRules
  isHeard: boolean
}

export interface AllSilentOptions {
  shard: string
  before: AlertState | undefined
  hosts: readonly Listened[]
  nowMs: number
  listeningSinceMs: number
}

/** What becomes of the alert, and why. The same state back: nothing. */
export function decideAllSilent({ shard, before, hosts, nowMs, listeningSinceMs }: AllSilentOptions): {
  after: AlertState | undefined
  reason: string
} {
  const silentMs = ({ host }: Listened) => nowMs - Math.max(host.lastArrivalMs, listeningSinceMs)
  const up = hosts.filter(({ host, rules }) => rules.presence.length > 0 && isUp(host, rules))
  const overdue = up.filter((one) => !one.isHeard && silentMs(one) > one.host.shipEveryMs + slackMs)
  const due = overdue.filter((one) => one.rules.presence.some((rule) => silentMs(one) >= allowedMs(rule, one.host)))
  const isSilent = up.length >= fewestHosts && overdue.length >= leastShare * up.length
  const isFiring = before !== undefined
  if (isSilent ? isFiring || due.length === 0 : !isFiring) return { after: before, reason: '' }
  const after = step(
    before,
    { is: isSilent ? 'breaching' : 'clear' },
    {
      atMs: nowMs,
      severity: 'critical',
      keepFiringMs: 0,
      openIncident: (startedAtMs) => ({
        id: incidentId(`${allHosts} ${shard}`, allSilentRule, startedAtMs),
        startedAtMs,
      }),
    },
  )
  const minutes = Math.round(Math.max(0, ...due.map(silentMs)) / 60_000)
  const reason = isSilent
    ? `nothing heard of ${overdue.length} of ${up.length} hosts, of the first for ${minutes} min: the store or the way to it, rather than they`
    : `${up.length - overdue.length} of ${up.length} hosts are heard; the others have until they would be called down`
  return { after, reason }
}

function isUp({ stoppedAtMs, alerts }: HostState, { presence }: HostRules): boolean {
  return stoppedAtMs === undefined && !presence.some(({ id }) => alerts[id]?.state === 'firing')
}
