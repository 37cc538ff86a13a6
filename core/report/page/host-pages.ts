/** A page for each host, where there are too many for one page. */
import { html } from '../../view/html.ts'
import { summaryOf } from '../build.ts'
import { openWords } from '../incidents.ts'
import { type HostReport, hostsOnOnePage, type Report } from '../report.ts'
import { type PageScript, pageDocument } from './document.ts'
import { hostCard } from './host.ts'
import { inlineCharts } from './host-charts.ts'
import { hostPageNames } from './host-page-name.ts'
import { alertList } from './overview.ts'
import { storyList } from './story.ts'

/** Empty: all hosts fit on one page. */
export function pageNamesOf({ hosts }: Report): Map<string, string> {
  return hosts.length > hostsOnOnePage ? hostPageNames(hosts.map(({ host }) => host)) : new Map()
}

export interface HostPage {
  /** Relative to the report's page. */
  name: string
  html: string
}

/** One after the other, as they are asked for: of a thousand hosts all of them together would not fit into memory. */
export function* hostPages(report: Report, script?: PageScript): Generator<HostPage> {
  const names = pageNamesOf(report)
  for (const host of report.hosts) {
    const name = names.get(host.host)
    if (name !== undefined) yield { name, html: hostPage(report, host, script) }
  }
}

function hostPage(whole: Report, host: HostReport, script: PageScript | undefined): string {
  const report = { ...whole, hosts: [host], summary: summaryOf([host], openWords(whole), whole) }
  const story = storyList(report)
  return pageDocument(
    report,
    {
      title: `Report: ${host.host}`,
      way: html`<a href="../metrics_report.html">All ${whole.hosts.length} hosts</a>`,
      summary: report.summary,
      main: [
        (story || host.alerts.length > 0) &&
          html`<section class="card"><h2>Overview</h2>${story}${host.alerts.length > 0 && html`<div><h3>Alerts</h3>${alertList(report)}</div>`}</section>`,
        hostCard(report, host, inlineCharts(report, host)),
      ],
    },
    script,
  )
}
