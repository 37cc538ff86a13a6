/**
 * metrics_report.html: one self-contained file that needs no script; what hosts sent is text. Of more hosts than one page
 * holds it is an overview, and each host has a page of its own beside it.
 */
import { html } from '../view/html.ts'
import type { PageCharts } from './page/chart-image.ts'
import { type PageScript, pageDocument } from './page/document.ts'
import { hostCard } from './page/host.ts'
import type { PageNames } from './page/host-link.ts'
import { allHosts, overview } from './page/overview.ts'
import { smallCharts } from './page/small-charts.ts'
import type { Report } from './report.ts'
import { storyOf } from './story.ts'

/** `names`: where hosts have pages of their own; none: all of every host is on this one. */
export function reportPage(
  report: Report,
  charts: PageCharts,
  { script, names = new Map() }: { script?: PageScript; names?: PageNames } = {},
): string {
  const { hosts, tags = [], problems, summary } = report
  const isOverview = names.size > 0
  const hasOverview = hosts.length > 1 || storyOf(report).length > 0
  return pageDocument(
    report,
    {
      title: hosts.length === 1 ? `Report: ${hosts[0]?.host}` : ['Report', ...tags].join(' '),
      summary,
      main: [
        problems.length > 0 &&
          html`<section class="card" aria-label="What is missing">${problems.map((problem) => html`<p class="problem">${problem}</p>`)}</section>`,
        hosts.length === 0 &&
          html`<section class="card"><h2>No data</h2><p>No host has sent anything in this period, or it is not in the history yet, which takes up to an hour.</p></section>`,
        hasOverview && overview(report, charts.overall, names),
        isOverview && [smallCharts(report, names), allHosts(report, names)],
        !isOverview && hosts.map((host) => hostCard(report, host, charts.byHost.get(host.host) ?? [])),
      ],
    },
    script,
  )
}
