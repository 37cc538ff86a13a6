/** What a host looks like to somebody who looks now: its state in one word, and who needs eyes first. */
import type { Severity } from '../../core/alerts/rule.ts'
import type { AlertNow, HostNow } from '../../core/now.ts'
import { byName } from '../../core/view/names.ts'
import type { StateColour } from '../../core/view/theme.ts'

export interface ViewTime {
  nowMs: number
  /** IANA name. */
  timeZone: string
}

export type HostState =
  /** The rule for silent hosts says so. */
  | { state: 'down'; sinceMs: number }
  | { state: 'alert'; severity: Severity }
  /** Nothing heard for longer than usual, and not yet down; or never a snapshot. */
  | { state: 'silent'; sinceMs: number }
  | { state: 'up' }
  /** Its agent said goodbye. */
  | { state: 'stopped'; sinceMs: number }

/** Rule ids of `core/alerts/rule.ts` as headings; others are shown by their id. */
const ruleTitles: Readonly<Record<string, string>> = {
  cpu: 'CPU',
  memory: 'Memory',
  disk: 'Disk',
  inodes: 'Inodes',
  'read-only': 'Read-only file system',
  'agent-losing-data': 'Agent loses data',
  'host-down': 'Host down',
  // Custom checks give their findings names of their own.
  finding: '',
}
const downRule = 'host-down'
/** Intervals without a sign of life: agents send up to five snapshots at a time. */
const quietIntervals = 6
const quietMs = 180_000

export function stateOf(host: HostNow, nowMs: number): HostState {
  const { alerts, stoppedAtMs, lastArrivalMs, latest, intervalMs = 60_000 } = host
  const firing = alerts.filter(({ alert }) => alert.state === 'firing')
  const down = firing.find(({ rule }) => rule === downRule)
  if (down) return { state: 'down', sinceMs: down.alert.sinceMs }
  if (stoppedAtMs !== undefined) return { state: 'stopped', sinceMs: stoppedAtMs }
  if (firing.length > 0) {
    return { state: 'alert', severity: firing.some(({ severity }) => severity === 'critical') ? 'critical' : 'warning' }
  }
  const isSilent = !latest || nowMs - lastArrivalMs > Math.max(quietMs, quietIntervals * intervalMs)
  return isSilent ? { state: 'silent', sinceMs: lastArrivalMs } : { state: 'up' }
}

/** Its last figures say nothing of now. */
export function isStale(state: HostState): boolean {
  return state.state === 'down' || state.state === 'silent' || state.state === 'stopped'
}

export interface StateWords {
  word: string
  colour: StateColour
}

export function wordsOf(state: HostState): StateWords {
  switch (state.state) {
    case 'down':
      return { word: 'Down', colour: 'critical' }
    case 'alert':
      return { word: severityWord(state.severity), colour: state.severity }
    case 'silent':
      return { word: 'Silent', colour: 'noData' }
    case 'up':
      return { word: 'Up', colour: 'ok' }
    case 'stopped':
      return { word: 'Stopped', colour: 'stopped' }
  }
}

export function alertWords({ alert, severity }: AlertNow): StateWords {
  switch (alert.state) {
    case 'firing':
      return { word: severityWord(severity), colour: severity }
    case 'recovering':
      return { word: 'Recovering', colour: 'ok' }
    case 'pending':
      return { word: 'Building up', colour: 'noData' }
    case 'no-data':
      return { word: 'No data', colour: 'noData' }
  }
}

export function severityWord(severity: Severity): string {
  return severity === 'critical' ? 'Critical' : 'Warning'
}

/** Reasons begin with what they are about, which stands beside them here: `CPU 91.3 % > 80 %` becomes `91.3 % > 80 %`. */
export function reasonBeside(rule: string, reason: string): string {
  const title = ruleTitle(rule, '')
  return reason.startsWith(`${title} `) ? reason.slice(title.length + 1) : reason
}

export function ruleTitle(rule: string, entity: string): string {
  const title = Object.hasOwn(ruleTitles, rule) ? (ruleTitles[rule] ?? rule) : rule
  return [title, entity].filter((word) => word !== '').join(' ')
}

/** Worst first, then by name. */
export function worstFirst(hosts: readonly HostNow[], nowMs: number): HostNow[] {
  return hosts.toSorted(
    (a, b) => rank(a, nowMs) - rank(b, nowMs) || b.alerts.length - a.alerts.length || byName(a.host, b.host),
  )
}

export function isTrouble(host: HostNow, nowMs: number): boolean {
  return rank(host, nowMs) < 4
}

function rank(host: HostNow, nowMs: number): number {
  const state = stateOf(host, nowMs)
  switch (state.state) {
    case 'down':
      return 0
    case 'alert':
      return state.severity === 'critical' ? 1 : 2
    case 'silent':
      return 3
    case 'up':
      return host.alerts.length > 0 ? 4 : 5
    case 'stopped':
      return 6
  }
}
