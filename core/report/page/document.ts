/** What every page of a report has around it: one self-contained file, its policy, its head and its foot. */
import { createHash } from 'node:crypto'
import { type Html, type HtmlValue, html, raw, render } from '../../view/html.ts'
import { costWords } from '../cost-words.ts'
import type { Report } from '../report.ts'
import { clockWords, spanWords } from '../span.ts'
import { reportCss } from '../style.ts'
import { scriptJson, viewTimes } from './chart-view.ts'
import { time } from './time.ts'

/** Makes the pictures charts that answer: they are hovered, zoomed, and lines are taken out of them. */
export interface PageScript {
  js: string
  css: string
}

export interface PageParts {
  title: string
  /** Above the summary: where else to go. */
  way?: Html
  /** One sentence that says it all. */
  summary: string
  main: HtmlValue
}

export function pageDocument(
  report: Report,
  { title, way, summary, main }: PageParts,
  script: PageScript | undefined,
): string {
  const { period, timeZone, generatedAtMs, cost } = report
  const clocks = clockWords(period, timeZone)
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
${way && html`<nav class="way" aria-label="Report">${way}</nav>`}
<h1>Vitals report</h1>
<p class="lead">${summary}</p>
<p class="muted">${time(period.fromMs, report)} to ${time(period.toMs, report)}, ${timeZone} · ${spanWords(period, timeZone)}${clocks !== undefined && html`, ${clocks}`}</p>
</div></header>
<main class="wrap">
${main}
</main>
<footer class="wrap">Made by Vitals at ${time(generatedAtMs, report)}. Means and maxima are exact, p95 is within 1 %.${cost && html` ${costWords(cost, report.locale)}`}</footer>
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
