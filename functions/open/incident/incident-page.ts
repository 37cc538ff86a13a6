/** One incident: how it stands, who was told of it, and what operators said. Pure. To look changes nothing. */
import type { SiteResponse } from '../../../adapters/http/port.ts'
import type { LinkTo } from '../../../core/link.ts'
import { acknowledgePath, silencePath } from '../../../core/link.ts'
import { formatDateTime, formatDuration, isoTime } from '../../../core/view/format.ts'
import { type Html, html, linkTarget } from '../../../core/view/html.ts'
import { alertWords, reasonBeside, ruleTitle, type StateWords, type ViewTime } from '../host-view.ts'
import { kindWords, told } from '../notice-table.ts'
import { pill } from '../pill.ts'
import { plainPage } from '../plain-page.ts'
import { saidLines } from '../said.ts'
import type { FoundIncident } from './find.ts'

/** `hrefTo`: to the forms; absent: whoever looks may not act. */
export function incidentPage(found: FoundIncident, { hrefTo, ...time }: ViewTime & { hrefTo?: LinkTo }): SiteResponse {
  const { about, problems } = found
  const title = `${ruleTitle(about.rule, about.entity)} on ${about.host}`
  return plainPage({
    title,
    content: html`<section class="card ask"><h2>${title} ${pill(stateWords(found))}</h2>
<p class="lead">${reasonBeside(about.rule, found.alert?.reason ?? about.reason)}</p>
${problems.map((problem) => html`<p class="error c-critical" role="alert">${problem}</p>`)}
${saidLines(found.said, time).map((line) => html`<p>${line}</p>`)}
${facts(found, time)}
${
  hrefTo &&
  isOpen(found) &&
  html`<div class="actions"><a href="${linkTarget(hrefTo(acknowledgePath(about.incident)))}">Acknowledge</a><a href="${linkTarget(hrefTo(silencePath(about.incident)))}">Silence</a></div>`
}
</section>
${noticesOf(found, time)}`,
  })
}

export function isOpen({ alert, endedAtMs }: FoundIncident): boolean {
  return alert !== undefined || endedAtMs === undefined
}

export function stateWords(found: FoundIncident): StateWords {
  const { alert, about } = found
  if (alert) return alertWords(alert)
  return isOpen(found)
    ? { word: about.severity === 'critical' ? 'Critical' : 'Warning', colour: about.severity }
    : { word: 'Over', colour: 'ok' }
}

function facts({ about, endedAtMs }: FoundIncident, { nowMs, timeZone }: ViewTime): Html {
  const { startedAtMs, runbook, note, severity, tags = {} } = about
  const rows: [string, Html | string | undefined][] = [
    ['Began', html`${time(startedAtMs, timeZone)} ${timeZone}`],
    ['Ended', endedAtMs === undefined ? undefined : html`${time(endedAtMs, timeZone)} ${timeZone}`],
    [endedAtMs === undefined ? 'For' : 'Lasted', formatDuration((endedAtMs ?? nowMs) - startedAtMs)],
    ['Severity', severity],
    ['Note', note],
    ['Runbook', runbook === undefined ? undefined : html`<a href="${linkTarget(runbook)}">${runbook}</a>`],
    [
      'Tags',
      Object.entries(tags)
        .map(([key, value]) => `${key}=${value}`)
        .join(' ') || undefined,
    ],
    ['Incident', html`<code>${about.incident}</code>`],
  ]
  return html`<dl>${rows.map(([name, value]) => value !== undefined && html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`
}

function time(atMs: number, timeZone: string): Html {
  return html`<time datetime="${isoTime(atMs)}">${formatDateTime(atMs, timeZone)}</time>`
}

function noticesOf({ notices }: FoundIncident, view: ViewTime): Html {
  return html`<section class="card ask"><h2>Who was told</h2><div><table class="stack small"><thead><tr><th scope="col">When</th><th scope="col">Kind</th><th scope="col">Receiver</th><th scope="col">Why</th><th scope="col">Told</th></tr></thead><tbody>${notices.map(
    (object) =>
      html`<tr><th scope="row">${time(object.notice.atMs, view.timeZone)}</th><td>${pill(kindWords(object))}</td><td data-label="Receiver">${object.notice.receiver}</td><td>${object.notice.reason}</td><td>${told(object, view)}</td></tr>`,
  )}</tbody></table></div></section>`
}
