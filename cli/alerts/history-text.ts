/** `vitals alerts --history` for people: a line an incident, newest first. */
import { alertName } from '../../core/alerts/finding.ts'
import { formatDateTime } from '../../core/view/format.ts'
import { alignedLines } from '../aligned.ts'
import type { PastIncident } from './history.ts'
import { severityWord, span, type When } from './words.ts'

export function historyLines(incidents: readonly PastIncident[], { nowMs, timeZone }: When): string[] {
  if (incidents.length === 0) return ['No incident in that time.']
  const rows = incidents.map((one) => {
    const { incident, severity, startedAtMs, endedAtMs, host, rule, entity, reason, late } = one
    const lasted = endedAtMs === undefined ? `open, ${span(nowMs - startedAtMs)}` : span(endedAtMs - startedAtMs)
    const began = formatDateTime(startedAtMs, timeZone)
    const words = [host, alertName({ rule, entity }), `#${incident}`, `${reason}${late ? ' (learned late)' : ''}`]
    return [began, lasted, severityWord(severity), ...words]
  })
  return alignedLines([['began', 'lasted', 'severity', 'host', 'alert', 'incident', 'reason'], ...rows])
}
