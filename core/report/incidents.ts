/** Transitions as the alerts of a period: from the first firing to the end, if it has come. */
import type { Transition } from '../alerts/alert.ts'
import type { AlertReport } from './report.ts'

/** Newest first. */
export function alertReports(transitions: readonly Transition[]): AlertReport[] {
  const alerts = new Map<string, AlertReport>()
  for (const { incident, rule, entity, severity, to, atMs, reason, value, top } of transitions) {
    if (!incident) continue
    const known = alerts.get(incident.id) ?? {
      incident: incident.id,
      rule,
      entity,
      severity,
      startedAtMs: incident.startedAtMs,
      reason,
    }
    const [busiest] = top ?? []
    const fired = to === 'firing' ? { reason, ...(value === undefined ? {} : { value }) } : {}
    const ended = to === 'ok' ? { endedAtMs: atMs } : {}
    alerts.set(incident.id, { ...known, ...fired, ...ended, ...(busiest ? { topProcess: busiest.name } : {}) })
  }
  return [...alerts.values()].sort((a, b) => b.startedAtMs - a.startedAtMs)
}
