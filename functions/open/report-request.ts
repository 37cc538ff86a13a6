/** Reports on demand. To look at the form makes none: programs that read mails follow every link in them. */
import type { SiteRequest, SiteResponse } from '../../adapters/http/port.ts'
import { html, raw, render } from '../../core/view/html.ts'
import { redirect, textResponse } from './http.ts'
import { chosenHours, reportForm } from './report-form.ts'
import { statusPolicy } from './status-page.ts'
import { statusCss } from './status-style.ts'

/** Of the last hours, now: where it is shown, why there is none, or how long to wait before one can be made. */
export type MakeReport = (hours: number) => Promise<{ href: string } | { failed: string } | { waitMs: number }>

const longestHours = 31 * 24

export function reportFormPage(action: string): SiteResponse {
  const page = render(html`${raw('<!doctype html>')}
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>Make a report – Vitals</title>
<style>${raw(statusCss)}</style>
</head>
<body>
<header class="top"><div class="wrap"><h1>Vitals</h1></div></header>
<main class="wrap" id="content"><section class="card ask"><h2>Make a report</h2>${reportForm(action)}</section></main>
</body>
</html>
`)
  return {
    status: 200,
    headers: { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': statusPolicy },
    body: page,
  }
}

export async function makeReportAsked(makeReport: MakeReport, { body }: SiteRequest): Promise<SiteResponse> {
  const given = new URLSearchParams(Buffer.from(body).toString('utf8')).get('hours') ?? String(chosenHours)
  const hours = Number(given)
  if (!Number.isInteger(hours) || hours < 1 || hours > longestHours) {
    return textResponse(400, `hours: ${given.slice(0, 20)}: expected a whole number from 1 to ${longestHours}`)
  }
  const made = await makeReport(hours)
  if ('href' in made) return redirect(made.href)
  if ('failed' in made) return textResponse(503, `The report could not be made: ${made.failed}`)
  const seconds = Math.ceil(made.waitMs / 1_000)
  const busy = textResponse(429, `Enough reports were made for now. The next one can be made in ${seconds} s.`)
  return { ...busy, headers: { ...busy.headers, 'retry-after': String(seconds) } }
}
