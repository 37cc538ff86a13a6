/** A host's five figures, each with its last hour. */
import type { HostNow } from '../../core/now.ts'
import type { RecentPoint } from '../../core/shard/state.ts'
import { formatPercent, formatRate, formatSince, formatValue } from '../../core/view/format.ts'
import { type Html, html } from '../../core/view/html.ts'
import { type SparkLine, sparkline } from '../../core/view/sparkline.ts'
import type { SeriesColour } from '../../core/view/theme.ts'
import { bytesOf, fullest, memoryNote } from './host-figures.ts'
import { isStale, stateOf, type ViewTime } from './host-view.ts'

const shownMs = 3_600_000

export function tiles(host: HostNow, time: ViewTime): Html {
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

/** One of a host's lines over the last hour. */
function lastHour(
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
