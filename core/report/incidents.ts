/**
 * The alerts of a period: whatever was open in it, also what began before it, and what nothing was decided about in it
 * because it stayed open from its beginning to its end.
 */
import type { Transition } from '../alerts/alert.ts'
import type { AlertNow } from '../now.ts'
import type { AlertReport, Report } from './report.ts'

export interface IncidentSources {
  /** Of one host, ascending; of the period, the time before it and, where it is long past, the time after it. */
  transitions: readonly Transition[]
  /** What is open as the report is made. */
  open: readonly AlertNow[]
  period: { fromMs: number; toMs: number }
}

/** Open ones first, then the newest. What ended after the period was open at its end. */
export function alertReports({ transitions, open, period }: IncidentSources): AlertReport[] {
  const alerts = new Map<string, AlertReport>()
  for (const { rule, entity, severity, alert, reason = '' } of open) {
    const incident = 'incident' in alert ? alert.incident : undefined
    if (!incident) continue
    const { id, startedAtMs } = incident
    alerts.set(id, { incident: id, rule, entity, severity, startedAtMs, reason })
  }
  for (const transition of transitions) {
    const id = transition.incident?.id
    if (id !== undefined) alerts.set(id, afterTransition(alerts.get(id), transition))
  }
  return [...alerts.values()]
    .filter(({ startedAtMs, endedAtMs }) => startedAtMs < period.toMs && (endedAtMs ?? period.toMs) >= period.fromMs)
    .map(({ endedAtMs, ...alert }) =>
      endedAtMs === undefined || endedAtMs >= period.toMs ? alert : { ...alert, endedAtMs },
    )
    .sort((a, b) => Number(isOpen(b)) - Number(isOpen(a)) || b.startedAtMs - a.startedAtMs)
}

/** Late data may move a beginning, and open again what was over; a note beside another incident's phase does neither. */
function afterTransition(before: AlertReport | undefined, transition: Transition): AlertReport {
  const { incident, rule, entity, severity, from, to, atMs, reason, value, top } = transition
  const { id = '', startedAtMs = atMs } = incident ?? {}
  const known = before ?? { incident: id, rule, entity, severity, startedAtMs, reason }
  const [busiest] = top ?? []
  const isNote = from === to && known.endedAtMs !== undefined
  const { endedAtMs: _, ...goesOn } = known
  const alert = to === 'ok' ? { ...known, endedAtMs: atMs } : isNote ? known : goesOn
  return {
    ...alert,
    startedAtMs: Math.min(known.startedAtMs, startedAtMs),
    ...(to === 'firing' && !isNote ? { reason, ...(value === undefined ? {} : { value }) } : {}),
    ...(busiest ? { topProcess: busiest.name } : {}),
  }
}

/** At the end of the period. */
export function isOpen({ endedAtMs }: AlertReport): boolean {
  return endedAtMs === undefined
}

const rightNowMs = 600_000

/** An alert that is open at the end of a period that ended just now is open still. */
export function openWords({ period, generatedAtMs }: Pick<Report, 'period' | 'generatedAtMs'>): string {
  return generatedAtMs - period.toMs < rightNowMs ? 'still open' : 'open at the end'
}
