/** All hosts at a glance, each with its last day, worst first: shown when there are several. */
import type { HostNow } from '../../core/now.ts'
import { formatPercent, formatRate, formatValue } from '../../core/view/format.ts'
import { type Html, html } from '../../core/view/html.ts'
import { bytesOf, fullest } from './host-figures.ts'
import { isStale, reasonBeside, ruleTitle, stateOf, type ViewTime, wordsOf } from './host-view.ts'
import { type DaysByHost, dayLines, lastDay } from './last-day.ts'
import { pill } from './pill.ts'

export function overview(hosts: readonly { host: HostNow; id: string }[], time: ViewTime, days: DaysByHost): Html {
  return html`<section class="card overview" aria-labelledby="hosts"><h2 id="hosts">Hosts</h2>
<table class="stack"><thead><tr><th scope="col">Host</th><th scope="col">State</th><th scope="col">CPU</th><th scope="col">Memory</th><th scope="col">Fullest disk</th><th scope="col" class="net">Network</th><th scope="col" class="load num">Load</th><th scope="col">Why</th></tr></thead>
<tbody>${hosts.map((one) => row(one, time, days))}</tbody></table></section>`
}

function row({ host, id }: { host: HostNow; id: string }, time: ViewTime, days: DaysByHost): Html {
  const { latest } = host
  const state = stateOf(host, time.nowMs)
  const values = {
    cpuPercent: latest?.cpu.percent,
    memoryPercent: latest?.memory.usedPercent,
    diskPercent: fullest(latest?.disks ?? [])?.usedPercent,
  }
  const percents = dayLines.map(
    (line) =>
      html`<td class="percent" data-label="${line.title}"><span class="cell"><b>${formatPercent(values[line.field])}</b>${lastDay(host, time, days, line)}</span></td>`,
  )
  const [worst, ...others] = host.alerts
  const why = worst
    ? html`${ruleTitle(worst.rule, worst.entity)}${worst.reason !== undefined && html`<span class="muted">: ${reasonBeside(worst.rule, worst.reason)}</span>`}${
        others.length > 0 && html` <span class="muted">(${others.length} more)</span>`
      }`
    : ''
  return html`<tr${isStale(state) && html` class="stale"`}><th scope="row"><a href="#${id}">${host.host}</a></th><td>${pill(wordsOf(state))}</td>${percents}<td class="net small"><span class="muted">in</span> ${formatRate(
    bytesOf(latest?.interfaces ?? [], 'receivedBytesPerSecond'),
  )}<br><span class="muted">out</span> ${formatRate(bytesOf(latest?.interfaces ?? [], 'sentBytesPerSecond'))}</td><td class="load num">${formatValue(
    latest?.cpu.load1,
    'load',
  )}</td><td class="why small">${why}</td></tr>`
}
