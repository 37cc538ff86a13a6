/** What stands above the processes: the state of the host as a whole. */
import type { Snapshot } from '../../core/snapshot.ts'
import {
  absent,
  formatBytes,
  formatDateTime,
  formatDuration,
  formatNumber,
  formatPercent,
} from '../../core/view/format.ts'
import { bar, coreStrip } from './bar.ts'
import { harmless, widthOf } from './cells.ts'
import { fitLine, type Line, lineWidth, type Piece, partsWithin } from './line.ts'

export const labelWidth = 9
const percentWidth = 8

export function titleLine(
  snapshot: Snapshot,
  { host, timeZone, columns }: { host: string; timeZone: string; columns: number },
): Line {
  const { total, threads, byStatus = {} } = snapshot.processes
  const parts = [
    formatDateTime(snapshot.observedAtMs, timeZone),
    `up ${formatDuration(snapshot.sinceBootMs)}`,
    `${formatNumber(total)} processes`,
    `${formatNumber(threads)} threads`,
    // In one order, whichever the processes came in.
    ...Object.keys(byStatus)
      .sort()
      .map((status) => `${byStatus[status]} ${harmless(status)}`),
  ]
  const name = harmless(host)
  return [[name, 'title'], partsWithin(parts, columns - widthOf(name))]
}

/** Bars, from the most to the least looked at. */
export function gaugeLines({ cpu, memory }: Snapshot, columns: number): Line[] {
  const strip = coreStrip(cpu.perCorePercent ?? [], Math.max(8, columns - labelWidth - 2))
  const shares = [
    { percent: cpu.userPercent, sign: '|', style: 'user' },
    { percent: cpu.systemPercent, sign: '#', style: 'system' },
    { percent: cpu.iowaitPercent, sign: '~', style: 'iowait' },
    { percent: cpu.stealPercent, sign: '*', style: 'steal' },
  ] as const
  const inParts = shares.some(({ percent }) => percent !== undefined)
  const ofMemory = `${formatBytes(memory.usedBytes)} of ${formatBytes(memory.totalBytes)}`
  const ofSwap =
    memory.swapTotalBytes === 0
      ? 'none'
      : `${formatBytes(memory.swapUsedBytes)} of ${formatBytes(memory.swapTotalBytes)}`
  const whole = (percent: number | undefined, style: 'user' | 'memory' | 'swap') =>
    [{ percent, sign: '|', style }] as const
  return [
    gauge('CPU', inParts ? shares : whole(cpu.percent, 'user'), cpu.percent, '', columns),
    shareNames(shares, columns),
    ...(strip.line.length === 0 ? [] : [labelled('Cores', [' ', ...strip.line])]),
    ...(strip.coresEach > 1 ? [labelled('', [[` each: the busiest of ${strip.coresEach} cores`, 'muted']])] : []),
    gauge('Memory', whole(memory.usedPercent, 'memory'), memory.usedPercent, ofMemory, columns),
    gauge('Swap', whole(memory.swapUsedPercent, 'swap'), memory.swapUsedPercent, ofSwap, columns),
  ]
}

export function labelled(label: string, rest: Line): Line {
  return [[label.padEnd(labelWidth), 'label'], ...rest]
}

const detailWidth = 24
const leastBar = 12

function gauge(
  label: string,
  shares: Parameters<typeof bar>[0],
  percent: number | undefined,
  detail: string,
  columns: number,
): Line {
  const free = columns - labelWidth - percentWidth
  const hasDetail = free - detailWidth >= leastBar
  return labelled(label, [
    ...bar(shares, hasDetail ? free - detailWidth : free),
    formatPercent(percent).padStart(percentWidth),
    hasDetail ? `  ${detail}` : '',
  ])
}

/** Which sign of the bar is which share, with its figure. */
function shareNames(
  shares: readonly { percent: number | undefined; sign: string; style: 'user' | 'system' | 'iowait' | 'steal' }[],
  columns: number,
): Line {
  const parts = shares.flatMap(({ percent, sign, style }): Piece[] => [
    [` ${sign}`, style],
    ` ${style} ${percent === undefined ? absent : percent.toFixed(1)} `,
  ])
  return lineWidth(parts) + labelWidth <= columns ? labelled('', parts) : parts
}

/** Two blocks in halves of `columns`. */
export function sideBySide(left: readonly Line[], right: readonly Line[], columns: number): Line[] {
  const half = Math.floor((columns - gutter) / 2)
  return Array.from({ length: Math.max(left.length, right.length) }, (_, index) => [
    ...fitLine(left[index] ?? [], half),
    ' '.repeat(gutter),
    ...(right[index] ?? []),
  ])
}

export const gutter = 3
