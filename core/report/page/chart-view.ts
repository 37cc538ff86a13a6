/** A chart's lines as data: what the page's script draws, and what the table below the chart says. */

import { printable } from '../../view/html.ts'
import { dark, light, type Palette } from '../../view/theme.ts'
import { isOpen } from '../incidents.ts'
import type { Panel } from '../line-chart.ts'
import { roundTo } from '../point.ts'
import type { HostReport, Report } from '../report.ts'

export interface ChartView {
  unit: string
  /** Top of the scale; absent: as the lines need. */
  max?: number
  lines: ViewLine[]
  levels: ViewLevel[]
  /** Of the chart's host. */
  spans: ViewSpan[]
}

interface Coloured {
  label: string
  /** Colour on light ground, and on dark. */
  light: string
  dark: string
}

export interface ViewLine extends Coloured {
  /** A point a slot of the report; null: nothing is known. */
  points: (number | null)[]
}

/** A threshold. */
export interface ViewLevel extends Coloured {
  value: number
}

/** Shaded behind the lines: an alert, or times without data. Seconds UTC. */
export interface ViewSpan {
  kind: 'gap' | 'warning' | 'critical'
  label: string
  fromS: number
  toS: number
}

/** What all charts of a page share. */
export interface ViewTimes {
  timeZone: string
  /** Absent: as `Reader` has it. */
  locale?: string
  fromS: number
  toS: number
  /** Begin of each slot. */
  slots: number[]
}

const pointDigits = 4
/** As much of a name as a button has room for. */
const longestLabel = 48

export function chartView(panelIn: (frame: { palette: Palette }) => Panel, spans: ViewSpan[] = []): ChartView {
  const bright = panelIn({ palette: light })
  const dim = panelIn({ palette: dark })
  const coloured = bright.lines.map(({ label, colour, points, dashed = false }, index) => ({
    names: { label: shortened(printable(label)), light: colour, dark: dim.lines[index]?.colour ?? colour },
    points,
    dashed,
  }))
  return {
    unit: bright.unit,
    ...(bright.max === undefined ? {} : { max: bright.max }),
    lines: coloured
      .filter(({ dashed }) => !dashed)
      .map(({ names, points }) => ({ ...names, points: points.map(rounded) })),
    levels: coloured
      .filter(({ dashed }) => dashed)
      .map(({ names, points }) => ({ ...names, value: points.find((point) => point !== null) ?? 0 })),
    spans,
  }
}

/** Charts of a host that breaks down every minute are still a page. */
const spansKept = 200

export function spansOf({ alerts, gaps }: HostReport, { period }: Report): ViewSpan[] {
  const all: ViewSpan[] = [
    ...gaps.map(({ fromMs, toMs, reason }) => ({ kind: 'gap' as const, label: reason, fromMs, toMs })),
    ...alerts.map((alert) => ({
      kind: alert.severity === 'critical' ? ('critical' as const) : ('warning' as const),
      label: `${alert.rule}${alert.entity === '' ? '' : ` ${alert.entity}`}`,
      fromMs: alert.startedAtMs,
      toMs: isOpen(alert) ? period.toMs : (alert.endedAtMs ?? period.toMs),
    })),
  ].map(({ kind, label, fromMs, toMs }) => ({
    kind,
    label: printable(label).slice(0, 80),
    fromS: Math.round(Math.max(fromMs, period.fromMs) / 1000),
    toS: Math.round(Math.min(toMs, period.toMs) / 1000),
  }))
  return all.filter(({ fromS, toS }) => toS > fromS).slice(0, spansKept)
}

export function viewTimes(report: Pick<Report, 'timeZone' | 'locale' | 'period' | 'slots'>): ViewTimes {
  const { timeZone, locale, period, slots } = report
  const reader = { timeZone, ...(locale === undefined ? {} : { locale }) }
  return { ...reader, fromS: period.fromMs / 1000, toS: period.toMs / 1000, slots: slots.map((slot) => slot / 1000) }
}

/** JSON that no name can end early: in a script element the parser looks for `<` alone. */
export function scriptJson(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c')
}

function shortened(label: string): string {
  return label.length <= longestLabel ? label : `${label.slice(0, longestLabel - 1)}…`
}

function rounded(point: number | null): number | null {
  return point === null ? null : roundTo(point, pointDigits)
}
