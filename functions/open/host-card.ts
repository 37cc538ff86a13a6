/** One host in full: state, alerts, metrics now and in the last hour, disks, processes, and what is not known. */

import { incidentPath, type LinkTo } from '../../core/link.ts'
import { parseSeriesKey } from '../../core/metrics.ts'
import type { AlertNow, HostNow } from '../../core/now.ts'
import type { Control } from '../../core/telling/control.ts'
import { formatDuration, formatNumber, formatPercent, formatSince, isoTime } from '../../core/view/format.ts'
import { type Html, html, linkTarget } from '../../core/view/html.ts'
import { interfaceTable, mountTable, processTable } from './host-tables.ts'
import { tiles } from './host-tiles.ts'
import { alertWords, isStale, reasonBeside, ruleTitle, stateOf, type ViewTime, wordsOf } from './host-view.ts'
import { type DaysByHost, dayStrip } from './last-day.ts'
import { pill } from './pill.ts'
import { saidLines, saidOfAlert } from './said.ts'

/** What is known of alerts beside the host itself. */
export interface AlertContext {
  control: Control
  hrefTo: LinkTo
}

/** `days`: absent where the last day is shown elsewhere. */
export function hostCard(
  host: HostNow,
  {
    id,
    open,
    days,
    alerts,
    ...time
  }: { id: string; open: boolean; days?: DaysByHost; alerts: AlertContext } & ViewTime,
): Html {
  const { latest } = host
  return html`<details class="card host" id="${id}"${open ? html` open` : ''}>
<summary>${head(host, time)}</summary>
${host.alerts.length > 0 && html`<ul class="alerts" aria-label="Alerts of ${host.host}">${host.alerts.map((alert) => alertItem(host, alert, { ...alerts, ...time }))}</ul>`}
${
  latest
    ? html`${staleNote(host, time)}${tiles(host, time)}${days && dayStrip(host, time, days)}
<div class="body">${processTable(latest.processes, time)}<div class="side">${mountTable(host)}${interfaceTable(latest)}${figures(host)}</div></div>`
    : html`<p class="empty">No snapshot of this host is known.</p>`
}
${notes(host, time)}
</details>`
}

function since(atMs: number, { nowMs, timeZone }: ViewTime): Html {
  return html`<time datetime="${isoTime(atMs)}">${formatSince(atMs, nowMs, timeZone)}</time>`
}

function head(host: HostNow, time: ViewTime): Html {
  const state = stateOf(host, time.nowMs)
  const { facts, agentVersion, latest, lastEventMs } = host
  const parts = [
    facts.os,
    facts.kernel,
    facts.arch,
    facts.cores === undefined ? undefined : `${facts.cores} cores`,
    facts.cpuModel,
    facts.virtualisation,
    `agent ${agentVersion}`,
  ].filter((part) => part !== undefined && part !== '')
  const tags = Object.entries(facts.tags ?? {})
  const seen = lastEventMs === undefined ? undefined : time.nowMs - lastEventMs
  return html`<div class="head"><h2 class="name">${host.host} ${pill(wordsOf(state))}${
    'sinceMs' in state && html`<span class="muted small">since ${since(state.sinceMs, time)}</span>`
  }</h2>
<p class="seen small muted">${
    seen === undefined ? 'never seen' : html`snapshot ${seen < 1_000 ? 'just now' : `${formatDuration(seen)} ago`}`
  }${latest?.sinceBootMs !== undefined && html`, up ${formatDuration(latest.sinceBootMs)}`}</p>
<p class="facts small muted">${parts.map((part) => html`<span>${part}</span>`)}${tags.map(([key, tag]) => html`<span class="tag">${key}=${tag}</span>`)}</p></div>`
}

/** Old figures must not pass for new ones. */
function staleNote(host: HostNow, time: ViewTime): Html {
  const { lastEventMs } = host
  if (lastEventMs === undefined || !isStale(stateOf(host, time.nowMs))) return html``
  return html`<p class="last small">Nothing is known of now. The figures below are the last ones, from ${since(lastEventMs, time)}, ${formatDuration(time.nowMs - lastEventMs)} ago.</p>`
}

function alertItem(host: HostNow, alert: AlertNow, { control, hrefTo, ...time }: AlertContext & ViewTime): Html {
  const { rule, entity, reason } = alert
  const { sinceMs } = alert.alert
  const incident = 'incident' in alert.alert ? alert.alert.incident : undefined
  const what = ruleTitle(rule, entity)
  const said = saidLines(saidOfAlert(control, host, alert, time.nowMs), time)
  return html`<li>${pill(alertWords(alert))}<span class="what">${
    incident ? html`<a href="${linkTarget(hrefTo(incidentPath(incident.id)))}">${what}</a>` : what
  }</span><span class="why">${
    reason !== undefined && reasonBeside(rule, reason)
  }</span><span class="since small muted">since ${since(sinceMs, time)}, ${formatDuration(time.nowMs - sinceMs)}</span>${said.map((line) => html`<span class="said small">${line}</span>`)}</li>`
}

function figures({ latest, intervalMs, skewMs }: HostNow): Html {
  if (!latest) return html``
  const { connections, processes, cpu, memory, agent } = latest
  const entries: [string, string | undefined][] = [
    ['TCP connections', numberOr(connections.tcpEstablished)],
    ['TCP in TIME_WAIT', numberOr(connections.tcpTimeWait)],
    ['UDP sockets', numberOr(connections.udpInUse)],
    ['Processes', numberOr(processes.total)],
    ['Threads', numberOr(processes.threads)],
    ['CPU pressure, 10 s', percentOr(cpu.pressure?.some10Percent)],
    ['Memory pressure, 10 s', percentOr(memory.pressure?.some10Percent)],
    ['Snapshot every', intervalMs === undefined ? undefined : formatDuration(intervalMs)],
    ['Clock of the host is off by', skewMs === undefined ? undefined : formatDuration(Math.abs(skewMs))],
    ['Batches waiting on the host', agent?.spoolBatches ? formatNumber(agent.spoolBatches) : undefined],
  ]
  const known = entries.filter(([, value]) => value !== undefined)
  return html`<section><h3>System</h3><dl class="kv small">${known.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl></section>`
}

function notes({ findings, latest }: HostNow, time: ViewTime): Html {
  const missing = Object.entries(latest?.unavailable ?? {})
  if (findings.length === 0 && missing.length === 0) return html``
  return html`<ul class="notes small">${findings.map(
    ({ kind, text, sinceMs, count }) =>
      html`<li><span class="pill c-warning">${kind.replaceAll('-', ' ')}</span><span>${text} <span class="muted">(since ${since(sinceMs, time)}${count > 1 && `, ${count} times`})</span></span></li>`,
  )}${
    missing.length > 0 &&
    html`<li><details><summary>${missing.length} ${missing.length === 1 ? 'value' : 'values'} could not be read</summary><dl class="missing">${missing.map(
      ([key, reason]) => html`<div><dt class="mono">${subject(key)}</dt><dd class="muted">${reason}</dd></div>`,
    )}</dl></details></li>`
  }</ul>`
}

/** `disk.percent|/var` as `disk.percent /var`. */
function subject(key: string): string {
  const { metricId, entity } = parseSeriesKey(key)
  return entity === '' ? metricId : `${metricId} ${entity}`
}

function numberOr(value: number | undefined): string | undefined {
  return value === undefined ? undefined : formatNumber(value)
}

function percentOr(value: number | undefined): string | undefined {
  return value === undefined ? undefined : formatPercent(value)
}
