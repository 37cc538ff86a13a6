/** One host in full: state, alerts, metrics now and in the last hour, disks, processes, and what is not known. */
import { parseSeriesKey } from '../../core/metrics.ts'
import type { AlertNow, HostNow } from '../../core/now.ts'
import type { RecentPoint } from '../../core/shard/state.ts'
import {
  formatDuration,
  formatNumber,
  formatPercent,
  formatRate,
  formatSince,
  formatValue,
  isoTime,
} from '../../core/view/format.ts'
import { type Html, html } from '../../core/view/html.ts'
import { type SparkLine, sparkline } from '../../core/view/sparkline.ts'
import type { SeriesColour } from '../../core/view/theme.ts'
import { bytesOf, fullest, memoryNote } from './host-figures.ts'
import { interfaceTable, mountTable, processTable } from './host-tables.ts'
import { alertWords, isStale, reasonBeside, ruleTitle, type StateWords, stateOf, wordsOf } from './host-view.ts'

export interface ViewTime {
  nowMs: number
  /** IANA name. */
  timeZone: string
}

const shownMs = 3_600_000

export function hostCard(host: HostNow, { id, open, ...time }: { id: string; open: boolean } & ViewTime): Html {
  const { latest } = host
  return html`<details class="card host" id="${id}"${open ? html` open` : ''}>
<summary>${head(host, time)}</summary>
${host.alerts.length > 0 && html`<ul class="alerts" aria-label="Alerts of ${host.host}">${host.alerts.map((alert) => alertItem(alert, time))}</ul>`}
${
  latest
    ? html`${staleNote(host, time)}${tiles(host, time)}
<div class="body">${processTable(latest.processes, time)}<div class="side">${mountTable(host)}${interfaceTable(latest)}${figures(host)}</div></div>`
    : html`<p class="empty">No snapshot of this host is known.</p>`
}
${notes(host, time)}
</details>`
}

export function pill({ word, colour }: StateWords): Html {
  return html`<span class="pill c-${colour}">${word}</span>`
}

export function since(atMs: number, { nowMs, timeZone }: ViewTime): Html {
  return html`<time datetime="${isoTime(atMs)}">${formatSince(atMs, nowMs, timeZone)}</time>`
}

/** One of a host's lines over the last hour. */
export function lastHour(
  { recent, intervalMs = 60_000 }: HostNow,
  { nowMs, timeZone }: ViewTime,
  {
    title,
    lines,
    max,
    show,
  }: {
    title: string
    lines: readonly [SeriesColour, keyof RecentPoint][]
    max?: number
    show: (value: number) => string
  },
): Html {
  const series = lines.map(
    ([colour, field]): SparkLine => ({
      colour,
      points: recent.map((point) => ({ atMs: point.minuteMs, value: point[field] })),
    }),
  )
  const values = series.flatMap(({ points }) => points.flatMap(({ value }) => (value === undefined ? [] : [value])))
  const span =
    values.length === 0
      ? 'no data'
      : `${show(Math.min(...values))} to ${show(Math.max(...values))}, ${values.length / lines.length} points`
  return sparkline({
    lines: series,
    fromMs: nowMs - shownMs,
    toMs: nowMs,
    // Points stand at the start of their minute, and the last one may not have come yet.
    gapMs: Math.max(2.5 * intervalMs, 150_000),
    ...(max === undefined ? {} : { max }),
    label: `${title} in the hour before ${formatSince(nowMs, nowMs, timeZone)}: ${span}`,
  })
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

function alertItem(alert: AlertNow, time: ViewTime): Html {
  const { rule, entity, reason } = alert
  const { sinceMs } = alert.alert
  return html`<li>${pill(alertWords(alert))}<span class="what">${ruleTitle(rule, entity)}</span><span class="why">${
    reason !== undefined && reasonBeside(rule, reason)
  }</span><span class="since small muted">since ${since(sinceMs, time)}, ${formatDuration(time.nowMs - sinceMs)}</span></li>`
}

function tiles(host: HostNow, time: ViewTime): Html {
  const { latest, facts } = host
  if (!latest) return html``
  const { cpu, memory, interfaces, disks } = latest
  const disk = fullest(disks)
  const shares = (
    [
      ['user', cpu.userPercent],
      ['system', cpu.systemPercent],
      ['I/O wait', cpu.iowaitPercent],
      ['stolen', cpu.stealPercent],
    ] as const
  ).flatMap(([name, value]) => (value === undefined ? [] : [`${name} ${formatPercent(value)}`]))
  const received = bytesOf(interfaces, 'receivedBytesPerSecond')
  const sent = bytesOf(interfaces, 'sentBytesPerSecond')
  const averages = [cpu.load5, cpu.load15].map((load) => formatValue(load, 'load'))
  const percent = { max: 100, show: (value: number) => formatPercent(value) }
  return html`<div class="tiles${isStale(stateOf(host, time.nowMs)) && ' stale'}">
${tile('cpu', 'CPU', formatPercent(cpu.percent), shares.join(', '), lastHour(host, time, { title: 'CPU', lines: [['cpu', 'cpuPercent']], ...percent }))}
${tile('memory', 'Memory', formatPercent(memory.usedPercent), memoryNote(memory), lastHour(host, time, { title: 'Memory', lines: [['memory', 'memoryPercent']], ...percent }))}
${tile(
  'disk',
  disks.length > 1 ? 'Fullest disk' : 'Disk',
  formatPercent(disk?.usedPercent),
  disk ? disk.mount : 'no mount reported',
  lastHour(host, time, { title: 'Fullest disk', lines: [['disk', 'diskPercent']], ...percent }),
)}
<section class="tile net"><h3 class="label">Network</h3><p class="value"><span class="in">${formatRate(received)} in</span> <span class="out">${formatRate(sent)} out</span></p><p class="note">${
    interfaces.length === 0 ? 'no interface reported' : interfaces.map(({ name }) => name).join(', ')
  }</p>${lastHour(host, time, {
    title: 'Network',
    lines: [
      ['received', 'receivedBytesPerSecond'],
      ['sent', 'sentBytesPerSecond'],
    ],
    show: formatRate,
  })}${axis}</section>
${tile(
  'load',
  'Load, 1 minute',
  formatValue(cpu.load1, 'load'),
  `5 minutes ${averages[0]}, 15 minutes ${averages[1]}${facts.cores === undefined ? '' : `, ${facts.cores} cores`}`,
  lastHour(host, time, { title: 'Load', lines: [['load', 'load1']], show: (value) => value.toFixed(2) }),
)}
</div>`
}

const axis = html`<p class="axis" aria-hidden="true"><span>60 min ago</span><span>now</span></p>`

function tile(tone: SeriesColour, label: string, value: string, note: string, line: Html): Html {
  return html`<section class="tile t-${tone}"><h3 class="label">${label}</h3><p class="value">${value}</p><p class="note">${note}</p>${line}${axis}</section>`
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
