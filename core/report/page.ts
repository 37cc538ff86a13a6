/** metrics_report.html: one self-contained file that needs no script. What hosts sent is text. */
import { createHash } from 'node:crypto'
import { formatDuration } from '../view/format.ts'
import { html, raw, render } from '../view/html.ts'
import type { PageCharts } from './page/chart-image.ts'
import { scriptJson, viewTimes } from './page/chart-view.ts'
import { hostCard } from './page/host.ts'
import { overview } from './page/overview.ts'
import { time } from './page/time.ts'
import type { Report } from './report.ts'
import { reportCss } from './style.ts'

/** Makes the pictures charts that answer: they are hovered, zoomed, and lines are taken out of them. */
export interface PageScript {
  js: string
  css: string
}

export function reportPage(report: Report, charts: PageCharts, script?: PageScript): string {
  const { period, timeZone, generatedAtMs, hosts, problems, summary } = report
  const title = hosts.length === 1 ? `Report: ${hosts[0]?.host}` : 'Report'
  const css = script ? `${reportCss}${script.css}` : reportCss
  return render(html`${raw('<!doctype html>')}
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy(css, script)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${raw(css)}</style>
</head>
<body>
<header><div class="wrap">
<h1>Vitals report</h1>
<p class="lead">${summary}</p>
<p class="muted">${time(period.fromMs, timeZone)} to ${time(period.toMs, timeZone)}, ${timeZone} · ${formatDuration(period.toMs - period.fromMs)}</p>
</div></header>
<main class="wrap">
${problems.length > 0 && html`<section class="card" aria-label="What is missing">${problems.map((problem) => html`<p class="problem">${problem}</p>`)}</section>`}
${hosts.length === 0 && html`<section class="card"><h2>No data</h2><p>No host has sent anything in this period, or nothing has been rolled up yet.</p></section>`}
${(hosts.length > 1 || hosts.some(({ alerts }) => alerts.length > 0)) && overview(report, charts.overall)}
${hosts.map((host) => hostCard(report, host, charts.byHost.get(host.host) ?? []))}
</main>
<footer class="wrap">Made by Vitals at ${time(generatedAtMs, timeZone)}. Means and maxima are exact, p95 is within 1 %.</footer>
${script && html`<script type="application/json" id="times">${raw(scriptJson(viewTimes(report)))}</script><script>${raw(script.js)}</script>`}
</body>
</html>
`)
}

function policy(css: string, script: PageScript | undefined): string {
  return [
    "default-src 'none'",
    'img-src data:',
    `style-src ${hashOf(css)}`,
    ...(script ? [`script-src ${hashOf(script.js)}`] : []),
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ')
}

function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`
}
