/** How a host was at the end of the period, in a word and a colour. */
import { type Html, html } from '../../view/html.ts'
import type { StateColour } from '../../view/theme.ts'
import { isOpen } from '../incidents.ts'
import type { HostReport, Report } from '../report.ts'

interface HostState {
  colour: StateColour
  word: string
}

/** Worst first. */
const states = {
  critical: { colour: 'critical', word: 'Critical' },
  warning: { colour: 'warning', word: 'Warning' },
  silent: { colour: 'noData', word: 'No data' },
  stopped: { colour: 'stopped', word: 'Stopped' },
  ok: { colour: 'ok', word: 'OK' },
} as const satisfies Record<string, HostState>

export function stateOf({ alerts, coverage, now }: HostReport, { period }: Report): HostState {
  const open = alerts.filter(isOpen)
  if (open.some(({ severity }) => severity === 'critical')) return states.critical
  if (open.length > 0) return states.warning
  if (now?.stoppedAtMs !== undefined && now.stoppedAtMs < period.toMs) return states.stopped
  return coverage.snapshots === 0 ? states.silent : states.ok
}

export function statePill(host: HostReport, report: Report, when: 'always' | 'unless-well'): Html | false {
  const { colour, word } = stateOf(host, report)
  return (when === 'always' || colour !== 'ok') && html`<span class="pill c-${colour}">${word}</span>`
}

/** How many hosts there are of each state. */
export function stateCounts(report: Report): Html {
  const found = report.hosts.map((host) => stateOf(host, report))
  const counts = Object.values(states).map((state) => ({
    ...state,
    count: found.filter(({ word }) => word === state.word).length,
  }))
  return html`<p class="counts">${counts
    .filter(({ count }) => count > 0)
    .map(
      ({ colour, word, count }) =>
        html`<span class="pill c-${colour}">${count} ${word.replace(/^[A-Z](?=[a-z])/, (letter) => letter.toLowerCase())}</span>`,
    )}</p>`
}
