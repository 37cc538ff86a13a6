/** A host's last 24 hours: means of hours as rollup published them, and up to now what evaluate saw in the last hour. */
import { dayStepMs, type HostDay, type ShardDay } from '../../core/day.ts'
import type { HostNow } from '../../core/now.ts'
import type { PublishedDayField } from '../../core/published.ts'
import type { RecentPoint } from '../../core/shard/state.ts'
import { formatPercent } from '../../core/view/format.ts'
import { type Html, html } from '../../core/view/html.ts'
import { sparkline } from '../../core/view/sparkline.ts'
import type { SeriesColour } from '../../core/view/theme.ts'
import type { ViewTime } from './host-view.ts'

const shownMs = 24 * dayStepMs
const minuteLengthMs = 60_000
/** So many minutes make a point: finer ones would look like unrest beside hours. */
const minutesTogether = 20

/** By host: how to find its lines. */
export type DaysByHost = ReadonlyMap<string, { day: HostDay; fromMs: number }>

export function daysByHost(days: readonly ShardDay[]): DaysByHost {
  return new Map(days.flatMap(({ hosts, fromMs }) => hosts.map((day) => [day.host, { day, fromMs }] as const)))
}

export const dayLines = [
  { title: 'CPU', colour: 'cpu', field: 'cpuPercent' },
  { title: 'Memory', colour: 'memory', field: 'memoryPercent' },
  { title: 'Fullest disk', colour: 'disk', field: 'diskPercent' },
] as const satisfies { title: string; colour: SeriesColour; field: PublishedDayField }[]

export function lastDay(
  { host, recent }: HostNow,
  { nowMs }: ViewTime,
  days: DaysByHost,
  { title, colour, field }: { title: string; colour: SeriesColour; field: PublishedDayField },
): Html {
  const known = days.get(host)
  const [firstMinute] = recent
  // A point stands in the middle of its hour; of an hour that the minutes tell of they know more.
  const hours = (known?.day[field] ?? []).map((value, index) => ({
    atMs: (known?.fromMs ?? 0) + (index + 0.5) * dayStepMs,
    value: value ?? undefined,
  }))
  const points = [
    ...hours.filter(({ atMs }) => firstMinute === undefined || atMs < firstMinute.minuteMs),
    ...lastHour(recent, field),
  ]
  const values = points.flatMap(({ value }) => value ?? [])
  const said =
    values.length === 0 ? 'no data' : `${formatPercent(Math.min(...values))} to ${formatPercent(Math.max(...values))}`
  return sparkline({
    lines: [{ colour, points }],
    fromMs: nowMs - shownMs,
    toMs: nowMs,
    gapMs: 1.75 * dayStepMs,
    max: 100,
    label: `${title} in the last 24 hours: ${said}`,
  })
}

/** Ends at the newest minute. */
function lastHour(recent: readonly RecentPoint[], field: PublishedDayField): { atMs: number; value: number }[] {
  const known = recent.flatMap(({ minuteMs, [field]: value }) => (value === undefined ? [] : [{ minuteMs, value }]))
  const last = known.at(-1)
  if (!last) return []
  const groups = Map.groupBy(known, ({ minuteMs }) =>
    Math.floor((last.minuteMs - minuteMs) / (minutesTogether * minuteLengthMs)),
  )
  return [...groups.values()].map((group) => ({
    atMs: group.at(-1)?.minuteMs ?? last.minuteMs,
    value: group.reduce((sum, { value }) => sum + value, 0) / group.length,
  }))
}

/** Of a host that stands by itself, or among few. */
export function dayStrip(host: HostNow, time: ViewTime, days: DaysByHost): Html {
  return html`<section class="day"><h3>Last 24 hours</h3><div class="strip">${dayLines.map(
    (line) =>
      html`<div class="t-${line.colour}"><p class="label">${line.title}</p>${lastDay(host, time, days, line)}<p class="axis" aria-hidden="true"><span>24 h ago</span><span>now</span></p></div>`,
  )}</div></section>`
}
