/** Is a host up? By arrival, on the function's clock: what its own clock says doesn't matter. */
import type { AlertState } from '../alerts/alert.ts'
import type { HostRules } from '../alerts/host-rules.ts'
import { type Observation, step } from '../alerts/lifecycle.ts'
import type { AbsentRule } from '../alerts/rule.ts'
import { formatDuration } from '../view/format.ts'
import { plainSpaces } from '../view/line.ts'
import { incidentId } from './decide-alert.ts'
import { type Shown, show, silence } from './shown.ts'
import type { HostState } from './state.ts'

export interface PresenceOptions {
  host: HostState
  /** Something of it was taken in this run. */
  isHeard: boolean
  /** Before this nobody could have heard it: evaluate was away, or the store was. */
  listeningSinceMs: number
  /** All hosts are silent: it is not for this one to be called down. */
  isAllSilent: boolean
}

/** When the host went down lately, with this run. */
export function decidePresence(shown: Shown, options: PresenceOptions): number[] {
  const { host, isAllSilent } = options
  const { nowMs, rules } = shown
  let wentDownAtMs = host.wentDownAtMs ?? []
  for (const rule of rules.presence) {
    const before = shown.alerts.get(rule.id)
    const observation = observe(rule, options, { before, nowMs })
    if (!observation || (observation.is === 'breaching' && isAllSilent)) continue
    // Several rules may call it down, one after the other: it went down once.
    const isAnew = !rules.presence.some(({ id }) => shown.alerts.get(id)?.state === 'firing')
    const after = next(shown.host, rule, { before, observation, nowMs, wentDownAtMs, isAnew })
    if (after === before) continue
    const silentMs = nowMs - Math.max(host.lastArrivalMs, options.listeningSinceMs)
    const reason = observation.is === 'clear' ? 'heard again' : silentWords(host, silentMs)
    show(shown, { key: rule.id, after, atMs: nowMs, reason })
    if (after?.state !== 'firing' || before?.state === 'firing') continue
    if (isAnew) wentDownAtMs = [...wentDownAtMs, nowMs].slice(-mostTimes(rules))
    silence(shown, nowMs, 'the host is silent')
  }
  return wentDownAtMs
}

/** As often as the most patient of its rules counts. */
function mostTimes({ presence }: HostRules): number {
  return Math.max(1, ...presence.map(({ flap }) => flap?.times ?? 1))
}

/** How long the host may be silent: never less than two of its own sendings and a minute. */
export function allowedMs({ afterMs }: AbsentRule, { shipEveryMs }: HostState): number {
  return Math.max(afterMs, 2 * shipEveryMs + 60_000)
}

function observe(
  rule: AbsentRule,
  { host, isHeard, listeningSinceMs }: PresenceOptions,
  { before, nowMs }: Pick<Before, 'before' | 'nowMs'>,
): Observation | undefined {
  // One that was heard and stopped cleanly has nothing more to say: its calm ends all the same.
  if (isHeard || (host.stoppedAtMs !== undefined && before?.state === 'recovering')) return { is: 'clear' }
  const silentMs = nowMs - Math.max(host.lastArrivalMs, listeningSinceMs)
  if (host.stoppedAtMs !== undefined || silentMs < allowedMs(rule, host)) return undefined
  return { is: 'breaching' }
}

interface Before {
  before: AlertState | undefined
  observation: Observation
  nowMs: number
  wentDownAtMs: readonly number[]
  /** It goes down with this. */
  isAnew: boolean
}

function next(name: string, rule: AbsentRule, { before, observation, nowMs, wentDownAtMs, isAnew }: Before) {
  const { severity, keepFiringMs, flap, id } = rule
  const lately = flap ? wentDownAtMs.filter((atMs) => atMs > nowMs - flap.withinMs).length : 0
  return step(before, observation, {
    atMs: nowMs,
    severity,
    keepFiringMs,
    ...(flap ? { isFlapping: lately + Number(isAnew) >= flap.times, calmMs: flap.calmMs } : {}),
    openIncident: (startedAtMs) => ({ id: incidentId(name, id, startedAtMs), startedAtMs }),
  })
}

function silentWords({ shipEveryMs }: HostState, silentMs: number): string {
  return `nothing heard for ${Math.round(silentMs / 60_000)} min; it sends every ${plainSpaces(formatDuration(shipEveryMs))}`
}
