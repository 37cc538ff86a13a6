/** Words that all of `vitals alerts` has. Whatever hosts and operators say is one printable line. */
import { alertName } from '../../core/alerts/finding.ts'
import type { Severity } from '../../core/alerts/rule.ts'
import type { Ack, Silence } from '../../core/telling/control.ts'
import { formatDateTime, formatDuration } from '../../core/view/format.ts'
import { plainSpaces } from '../../core/view/line.ts'
import { harmless } from '../top/cells.ts'

export interface When {
  nowMs: number
  timeZone: string
}

export function nameWords({ host, rule, entity }: { host: string; rule: string; entity: string }): string {
  return `${harmless(host)}  ${harmless(alertName({ rule, entity }))}`
}

export function severityWord(severity: Severity): string {
  return severity === 'critical' ? 'CRITICAL' : 'warning'
}

export function span(ms: number): string {
  return plainSpaces(formatDuration(ms))
}

export function ackWords({ by, untilMs, comment }: Ack, { timeZone }: When): string {
  return `acknowledged by ${said(by, comment)}, until ${formatDateTime(untilMs, timeZone)}`
}

export function silenceWords({ id, by, untilMs, comment }: Silence, { timeZone }: When): string {
  return `silenced by ${said(by, comment)}, until ${formatDateTime(untilMs, timeZone)} (${id})`
}

function said(by: string, comment: string): string {
  return harmless(`${by}${comment === '' ? '' : `: ${comment}`}`)
}
