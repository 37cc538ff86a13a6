/** That all hosts were silent at once is an alert of none of them: a report says it beside what else was wrong with its data. */
import { allHosts, type Transition } from '../alerts/alert.ts'
import { formatSince, formatTime } from '../view/format.ts'
import { alertReports } from './incidents.ts'
import type { Report } from './report.ts'

interface Sources {
  history: { transitions: readonly Transition[] }
  previous: { transitions: readonly Transition[] }
  period: Report['period']
  timeZone: string
}

/** `From 2026-11-27 17:10 to 17:25 all hosts were silent at once: …` */
export function allSilentWords({ history, previous, period, timeZone }: Sources): string[] {
  const transitions = [...previous.transitions, ...history.transitions].filter(({ host }) => host === allHosts)
  return alertReports({ transitions, open: [], period }).map(({ startedAtMs, endedAtMs, reason }) => {
    const began = formatSince(startedAtMs, period.toMs, timeZone)
    const when = endedAtMs === undefined ? `Since ${began}` : `From ${began} to ${formatTime(endedAtMs, timeZone)}`
    return `${when} all hosts were silent at once: ${reason}`
  })
}
