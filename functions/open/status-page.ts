/**
 * The status page: one self-contained HTML file. Nothing in it needs a script to be read, nothing is loaded from anywhere,
 * and whatever a host sent is text. Pure: the same input gives the same page.
 */
import { createHash } from 'node:crypto'
import type { ShardDay } from '../../core/day.ts'
import { awayWords, type Heartbeat, isAway } from '../../core/heartbeat.ts'
import type { NoticeObject } from '../../core/notice.ts'
import type { HostNow, ShardNow } from '../../core/now.ts'
import { formatDateTime, formatDuration, formatSince } from '../../core/view/format.ts'
import { type Html, html, linkTarget, raw, render } from '../../core/view/html.ts'
import type { StateColour } from '../../core/view/theme.ts'
import { type AlertContext, hostCard } from './host-card.ts'
import { isTrouble, stateOf, type ViewTime, wordsOf, worstFirst } from './host-view.ts'
import { daysByHost } from './last-day.ts'
import { noticeTable } from './notice-table.ts'
import { overview } from './overview.ts'
import { pill } from './pill.ts'
import { refreshEverySeconds, refreshScript } from './refresh.ts'
import { reportForm } from './report-form.ts'
import { statusCss } from './status-style.ts'

export interface ReportLink {
  /** Relative to the site, or absolute: `/reports/…/metrics_report.html`. */
  href: string
  title: string
  madeAtMs: number
}

export interface StatusView {
  nows: readonly ShardNow[]
  days: readonly ShardDay[]
  /** Newest first. */
  notices: readonly NoticeObject[]
  /** Newest first. */
  reports: readonly ReportLink[]
  nowMs: number
  /** IANA name. */
  timeZone: string
  notifier: { reachesSomebody: boolean; destination: string }
  /** evaluate's own; absent: it never wrote one. */
  heartbeat?: Pick<Heartbeat, 'atMs'>
  /** What operators say, and where incidents have their pages. */
  alerts: AlertContext
  /** What could not be read for this page, in words. */
  problems?: readonly string[]
  /** Absent: the page offers no button. */
  reportForm?: { action: string }
}

/** The page runs its one script and uses its one style sheet; it loads nothing, and is shown in no frame. */
export const statusPolicy = [
  "default-src 'none'",
  `style-src '${hashOf(statusCss)}'`,
  `script-src '${hashOf(refreshScript)}'`,
  "connect-src 'self'",
  'img-src data:',
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

export function renderStatusPage(view: StatusView): string {
  const { nowMs, timeZone } = view
  const time = { nowMs, timeZone }
  const days = daysByHost(view.days)
  const hosts = worstFirst(
    view.nows.flatMap((now) => now.hosts),
    nowMs,
  ).map((host) => ({ host, id: `host-${createHash('sha256').update(host.host).digest('hex').slice(0, 12)}` }))
  const colour = worstColour(
    hosts.map(({ host }) => host),
    nowMs,
  )
  const updated = html`<p class="updated small muted" id="updated">${formatDateTime(nowMs, timeZone)} ${timeZone}</p>`
  return render(html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${titleOf(
    hosts.map(({ host }) => host),
    nowMs,
  )}</title>
<link rel="icon" href="${icon(colour)}">
<style>${raw(statusCss)}</style>
<noscript><meta http-equiv="refresh" content="${refreshEverySeconds * 2}"></noscript>
</head>
<body>
<a class="skip" href="#content">To the hosts</a>
<header class="top"><div class="wrap"><h1>${logo}Vitals</h1><p class="summary" id="summary">${summary(
    hosts.map(({ host }) => host),
    nowMs,
  )}</p>${updated}${view.reportForm && reportForm(view.reportForm.action)}</div></header>
<p class="wrap"><span class="banner c-noData" id="offline" role="status" hidden>This page can’t be renewed: the site does not answer.</span></p>
<main class="wrap" id="content">
${banners(view)}
${hosts.length === 0 && html`<section class="card"><h2>No host has been evaluated yet</h2><p class="empty">The first snapshot shows here some seconds after an agent has sent it.</p></section>`}
${hosts.length > 1 && overview(hosts, time, days)}
${hosts.map(({ host, id }, index) => hostCard(host, { id, alerts: view.alerts, open: isOpen(host, index, hosts.length, nowMs), ...(hosts.length <= fewHosts ? { days } : {}), ...time }))}
<div class="pair">${noticeTable(view.notices, time)}${reportList(view.reports, time)}</div>
</main>
<footer class="wrap small"><p>Times are ${timeZone}. Lines without a note show the last hour, those of the table the last 24 hours; where they stop, nothing is known.</p></footer>
<script>${raw(refreshScript)}</script>
</body>
</html>
`)
}

/** Of more hosts the last day stands in the table alone: each line costs as much as a table row. */
const fewHosts = 12

/** Of many hosts only the worst are unfolded: the page stays short. */
const unfolded = 3

function isOpen(host: HostNow, index: number, count: number, nowMs: number): boolean {
  return count === 1 || (index < unfolded && isTrouble(host, nowMs)) || (index === 0 && count <= unfolded)
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`
}

function summary(hosts: readonly HostNow[], nowMs: number): Html {
  const words = hosts.map((host) => wordsOf(stateOf(host, nowMs)))
  const counts = [...Map.groupBy(words, ({ word, colour }) => `${word} ${colour}`).values()].flatMap((same) => {
    const [first] = same
    return first ? [{ ...first, count: same.length }] : []
  })
  return html`${counts.map(({ word, colour, count }) => pill({ word: count === 1 && hosts.length === 1 ? word : `${count} ${word.toLowerCase()}`, colour }))}`
}

function titleOf(hosts: readonly HostNow[], nowMs: number): string {
  if (hosts.length === 0) return 'Vitals'
  const [first, ...others] = hosts.filter((host) => isTrouble(host, nowMs))
  if (!first) return 'All well – Vitals'
  if (others.length > 0) return `${1 + others.length} of ${hosts.length} hosts need attention – Vitals`
  return `${first.host}: ${wordsOf(stateOf(first, nowMs)).word} – Vitals`
}

function worstColour(hosts: readonly HostNow[], nowMs: number): StateColour {
  const [worst] = hosts
  return worst ? wordsOf(stateOf(worst, nowMs)).colour : 'noData'
}

/** Mid tones that stand on light and dark tab bars. */
const iconColours: Record<StateColour, string> = {
  ok: '#22a559',
  warning: '#d98a00',
  critical: '#dc3545',
  noData: '#8884a5',
  stopped: '#8a95a5',
}
const pulsePath = 'M2 12h5l3-8 5 16 3-8h4'
const logo = html`<svg viewBox="0 0 24 24" aria-hidden="true"><path class="pulse" d="${pulsePath}"/></svg>`

function icon(colour: StateColour): string {
  const stroke = `stroke="${iconColours[colour]}" stroke-width="3" stroke-linecap="round" stroke-linejoin="round" fill="none"`
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path ${stroke} d="${pulsePath}"/></svg>`
  return `data:image/svg+xml,${encodeURIComponent(svg)}`
}

function banners({ nows, notifier, problems = [], heartbeat, nowMs, timeZone }: StatusView): Html {
  const away =
    heartbeat &&
    isAway(heartbeat, nowMs) &&
    html`<div class="banner c-critical" role="alert"><strong>Nothing is evaluated</strong><p>${awayWords(heartbeat, nowMs)}.</p></div>`
  const quiet =
    !notifier.reachesSomebody &&
    html`<div class="banner c-warning" role="note"><strong>Nobody is told of alerts</strong><p>Mails are kept as files in <code>${notifier.destination}</code>. Set <code>MONITOR_SMTP_URL</code> and <code>MONITOR_MAIL_TO</code> to have them sent.</p></div>`
  const silent = nows.map(
    ({ allSilent }) =>
      allSilent &&
      html`<div class="banner c-critical" role="alert"><strong>All hosts are silent</strong><p>Since ${formatSince(allSilent.sinceMs, nowMs, timeZone)}: ${allSilent.reason}.</p></div>`,
  )
  return html`${away}${silent}${quiet}${problems.map(
    (problem) => html`<div class="banner c-critical" role="alert"><strong>Not readable</strong><p>${problem}</p></div>`,
  )}`
}

function reportList(reports: readonly ReportLink[], { nowMs, timeZone }: ViewTime): Html {
  return html`<section class="card" aria-labelledby="reports"><h2 id="reports">Reports</h2>${
    reports.length === 0
      ? html`<p class="muted">None yet.</p>`
      : html`<ul class="links">${reports.map(
          ({ href, title, madeAtMs }) =>
            html`<li><a href="${linkTarget(href)}">${title}</a><span class="small muted">${formatDateTime(madeAtMs, timeZone)}, ${formatDuration(nowMs - madeAtMs)} ago</span></li>`,
        )}</ul>`
  }</section>`
}
