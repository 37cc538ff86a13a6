/**
 * A line of the last minutes as inline SVG, scaled to its box by the page's CSS. Where nothing is known the line stops and
 * the ground is shaded: a gap is never drawn over.
 */
import { type Html, html } from './html.ts'
import type { SeriesColour } from './theme.ts'

interface SparkPoint {
  atMs: number
  /** Absent: this point has no such value. */
  value: number | undefined
}

export interface SparkLine {
  colour: SeriesColour
  points: readonly SparkPoint[]
}

export interface SparklineOptions {
  lines: readonly SparkLine[]
  fromMs: number
  toMs: number
  /** Two points further apart than this have a gap between them. */
  gapMs: number
  /** The top of the scale, which begins at 0; absent: the largest value, rounded up. */
  max?: number
  /** What it says, for those who don't see it. */
  label: string
}

const width = 240
const height = 48
/** Room for half a line at the edges. */
const inset = 1.5

export function sparkline({ lines, fromMs, toMs, gapMs, max, label }: SparklineOptions): Html {
  const top = max ?? roundedUp(Math.max(0, ...lines.flatMap(({ points }) => points.map(({ value }) => value ?? 0))))
  const x = (atMs: number) => round(((atMs - fromMs) / (toMs - fromMs)) * width)
  const y = (value: number) => round(height - inset - (Math.min(value, top) / top) * (height - 2 * inset))
  const known = lines.map(({ colour, points }) => ({ colour, runs: runsOf(points, fromMs, toMs, gapMs) }))
  const gaps = gapsOf(known[0]?.runs ?? [], fromMs, toMs, gapMs)
  return html`<svg class="spark" viewBox="0 0 ${width} ${height}" preserveAspectRatio="none" role="img" aria-label="${label}">
${gaps.map(([from, to]) => html`<rect class="gap" x="${x(from)}" y="0" width="${round(x(to) - x(from))}" height="${height}"/>`)}
<path class="base" d="M0 ${height - 0.5}H${width}"/>
${known.map(({ colour, runs }, index) =>
  runs.map(
    (run) =>
      html`${
        index === 0 && run.length > 1
          ? html`<path class="area f-${colour}" d="${linePath(run, x, y)}L${x(run.at(-1)?.atMs ?? toMs)} ${height}L${x(run[0]?.atMs ?? fromMs)} ${height}Z"/>`
          : ''
      }<path class="line s-${colour}" d="${linePath(run, x, y)}"/>`,
  ),
)}</svg>`
}

/** The CSS of all sparklines of a page; colours come from `themeCss`. */
export function sparklineCss(colours: readonly SeriesColour[]): string {
  return [
    '.spark{display:block;width:100%;height:48px;overflow:visible}',
    '.spark .gap{fill:var(--gap)}',
    '.spark .base{stroke:var(--grid);stroke-width:1;vector-effect:non-scaling-stroke}',
    '.spark .line{fill:none;stroke-width:1.75;stroke-linejoin:round;stroke-linecap:round;vector-effect:non-scaling-stroke}',
    '.spark .area{opacity:.14}',
    ...colours.map(
      (colour) => `.s-${colour}{stroke:var(--series-${colour})}.f-${colour}{fill:var(--series-${colour})}`,
    ),
  ].join('\n')
}

interface KnownPoint {
  atMs: number
  value: number
}

/** Stretches without a gap, ascending. */
function runsOf(points: readonly SparkPoint[], fromMs: number, toMs: number, gapMs: number): KnownPoint[][] {
  const runs: KnownPoint[][] = []
  for (const { atMs, value } of points.toSorted((a, b) => a.atMs - b.atMs)) {
    if (value === undefined || atMs < fromMs || atMs > toMs) continue
    const run = runs.at(-1)
    const last = run?.at(-1)
    if (run && last && atMs - last.atMs <= gapMs) run.push({ atMs, value })
    else runs.push([{ atMs, value }])
  }
  return runs
}

/** Between the runs, and before the first and after the last one. */
function gapsOf(
  runs: readonly (readonly { atMs: number }[])[],
  fromMs: number,
  toMs: number,
  gapMs: number,
): [fromMs: number, toMs: number][] {
  const edges = [fromMs, ...runs.flatMap((run) => [run[0]?.atMs ?? fromMs, run.at(-1)?.atMs ?? toMs]), toMs]
  const gaps: [number, number][] = []
  for (let index = 0; index < edges.length; index += 2) {
    const from = edges[index] ?? fromMs
    const to = edges[index + 1] ?? toMs
    if (to - from > gapMs) gaps.push([from, to])
  }
  return gaps
}

function linePath(run: readonly KnownPoint[], x: (atMs: number) => number, y: (value: number) => number): string {
  const steps = run.map(({ atMs, value }, index) => `${index === 0 ? 'M' : 'L'}${x(atMs)} ${y(value)}`)
  // A single point has no length: the round cap of a line to itself shows it.
  return run.length === 1 ? `${steps.join('')}h0` : steps.join('')
}

/** 1, 2 or 5 times a power of ten. */
function roundedUp(value: number): number {
  if (value <= 0) return 1
  const power = 10 ** Math.floor(Math.log10(value))
  return ([1, 2, 5, 10].find((step) => step * power >= value) ?? 10) * power
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
