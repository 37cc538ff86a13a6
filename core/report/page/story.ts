/** What happened, before all numbers. */
import { type Html, html } from '../../view/html.ts'
import type { Report } from '../report.ts'
import { storyOf } from '../story.ts'
import { hostLink, type PageNames } from './host-link.ts'
import { statePill } from './host-state.ts'

/** More are a list that nobody reads: they stand in the table of hosts. */
const hostsTold = 12
/** Of a host that has everything at once. */
const linesTold = 8

/** Worst first; of one host without its name. */
export function storyList(report: Report, names: PageNames = new Map()): Html | false {
  const story = storyOf(report)
  if (story.length === 0) return false
  const isSeveral = report.hosts.length > 1
  const told = story.slice(0, hostsTold).map(({ host, lines }) => {
    const shown = [
      ...lines.slice(0, linesTold),
      ...(lines.length > linesTold ? [`and ${lines.length - linesTold} more`] : []),
    ]
    const who = html`<p class="who">${hostLink(host.host, names)} ${statePill(host, report, 'unless-well')}</p>`
    return html`<li>${isSeveral && who}<ul>${shown.map((line) => html`<li>${line}</li>`)}</ul></li>`
  })
  return html`<div><h3>What happened</h3><ul class="story">${told}</ul>${story.length > hostsTold && html`<p class="muted small">and something on ${story.length - hostsTold} more hosts</p>`}</div>`
}
