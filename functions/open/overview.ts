/** All hosts at a glance, worst first: shown when there are several. */
import type { HostNow } from '../../core/now.ts'
import { formatPercent, formatRate, formatValue } from '../../core/view/format.ts'
import { type Html, html } from '../../core/view/html.ts'
import type { SeriesColour } from '../../core/view/theme.ts'
import { pill } from './host-card.ts'
import { bytesOf, fullest } from './host-figures.ts'
import { lastHour } from './host-tiles.ts'
import { isStale, reasonBeside, ruleTitle, stateOf, type ViewTime, wordsOf } from './host-view.ts'

export function overview(hosts: readonly { host: HostNow; id: string }[], time: ViewTime): Html {
  return html`<section class="card overview" aria-labelledby="hosts"><h2 id="hosts">Hosts</h2>
<table class="stack"><thead><tr><th scope="col">Host</th><th scope="col">State</th><th scope="col">CPU</th><th scope="col">Memory</th><th scope="col">Fullest disk</th><th scope="col" class="net">Network</th><th scope="col" class="load num">Load</th><th scope="col">Why</th></tr></thead>
<tbody>${hosts.map((one) => row(one, time))}</tbody></table></section>`
}

function row({ host, id }: { host: HostNow; id: string }, time: ViewTime): Html {
  const { latest } = host
  const state = stateOf(host, time.nowMs)
  const percent = (
    label: string,
    colour: SeriesColour,
    field: 'cpuPercent' | 'memoryPercent' | 'diskPercent',
    value: number | undefined,
  ) =>
    html`<td data-label="${label}"><span class="cell"><b>${formatPercent(value)}</b>${lastHour(host, time, {
      title: label,
      lines: [[colour, field]],
      max: 100,
      show: formatPercent,
    })}</span></td>`
  const [worst, ...others] = host.alerts
  const why = worst
    ? html`${ruleTitle(worst.rule, worst.entity)}${worst.reason !== undefined && html`<span class="muted">: ${reasonBeside(worst.rule, worst.reason)}</span>`}${
        others.length > 0 && html` <span class="muted">(${others.length} more)</span>`
      }`
    : ''
  return html`<tr${isStale(state) && html` class="stale"`}><th scope="row"><a href="#${id}">${host.host}</a></th><td>${pill(wordsOf(state))}</td>${percent('CPU', 'cpu', 'cpuPercent', latest?.cpu.percent)}${percent(
    'memory',
    'memory',
    'memoryPercent',
    latest?.memory.usedPercent,
  )}${percent('disk', 'disk', 'diskPercent', fullest(latest?.disks ?? [])?.usedPercent)}<td class="net small"><span class="muted">in</span> ${formatRate(
    bytesOf(latest?.interfaces ?? [], 'receivedBytesPerSecond'),
  )}<br><span class="muted">out</span> ${formatRate(bytesOf(latest?.interfaces ?? [], 'sentBytesPerSecond'))}</td><td class="load num">${formatValue(
    latest?.cpu.load1,
    'load',
  )}</td><td class="why small">${why}</td></tr>`
}
