/**
 * One frame of `vitals top`: never more lines than `rows`, none wider than `columns`, whatever the host sent. Pure.
 *
 * What is there of each host stands above the processes in its own place. Disks, interfaces and alerts get more lines on a
 * higher screen; on a low one the lines at the end give way to the processes.
 */
import type { Snapshot } from '../../core/snapshot.ts'
import { plainSpaces } from '../../core/view/line.ts'
import { harmless } from './cells.ts'
import { factLines } from './facts.ts'
import { gaugeLines, gutter, labelled, sideBySide, titleLine } from './header.ts'
import { clipLine, type Line, lineWidth, type Piece, paint } from './line.ts'
import { type Sort, sortProcesses } from './sort.ts'
import { tableHead, tableRow } from './table.ts'

export interface TopView {
  host: string
  timeZone: string
  columns: number
  rows: number
  colour: boolean
  sort: Sort
  /** Processes that are scrolled over. */
  offset?: number
  /** The last line says which keys there are. */
  keys?: boolean
}

export interface TopFrame {
  text: string
  /** As far as there was something to scroll over. */
  offset: number
  /** Rows of processes. */
  tableRows: number
}

export function drawTop(snapshot: Snapshot, view: TopView): string {
  return frameOf(snapshot, view).text
}

export function frameOf(snapshot: Snapshot, view: TopView): TopFrame {
  const { rows, sort, colour, keys = false } = view
  const columns = Math.max(1, view.columns)
  const above = header(snapshot, view)
  const footerRows = keys && rows > 3 ? 1 : 0
  const tableRows = Math.max(0, rows - above.length - 1 - footerRows)
  const processes = sortProcesses(snapshot.processes.top, sort)
  const offset = Math.max(0, Math.min(view.offset ?? 0, processes.length - tableRows))
  const shown = processes.slice(offset, offset + tableRows)
  const body = [
    ...above,
    tableHead({ columns, sort }),
    ...shown.map((process) => tableRow(process, { columns, nowMs: snapshot.observedAtMs })),
  ].slice(0, Math.max(1, rows - footerRows))
  const empty: Line[] = Array.from({ length: Math.max(0, rows - footerRows - body.length) }, () => [])
  const of = processes.length
  const footer = footerLine(view, { from: offset, shown: shown.length, of, total: snapshot.processes.total ?? of })
  const lines = footerRows === 1 ? [...body, ...empty, footer] : body
  return {
    text: lines
      .map((line) => paint(clipLine(line, columns), colour))
      .map(plainSpaces)
      .join('\n'),
    offset,
    tableRows,
  }
}

/** From here on two columns stand side by side. */
const wideColumns = 110
/** Beside what must stand: disks, interfaces and alerts share what is left of the upper part. */
const fixedRows = 16
const leastTableRows = 5

function header(snapshot: Snapshot, { host, timeZone, columns, rows }: TopView): Line[] {
  const isWide = columns >= wideColumns
  const most = Math.max(1, Math.min(8, Math.floor((rows - fixedRows) / (isWide ? 3 : 6))))
  const title = titleLine(snapshot, { host, timeZone, columns })
  const half = isWide ? Math.floor((columns - gutter) / 2) : columns
  const gauges = gaugeLines(snapshot, half)
  const facts = factLines(snapshot, { columns: half, most })
  const state = isWide ? sideBySide(gauges, facts, columns) : [...gauges, ...facts]
  const all = [title, ...state, ...alertLines(snapshot, most + 1), ...unavailableLines(snapshot)]
  const room = Math.max(1, rows - leastTableRows - 2)
  // Where the screen is too low for all, the alerts are what must not fall off its end.
  return all.length <= room ? all : [title, ...alertLines(snapshot, 1), ...state].slice(0, room)
}

/** What is above its threshold in this snapshot; with sign and word, worst first. */
function alertLines({ findings = [] }: Snapshot, most: number): Line[] {
  const worstFirst = findings.toSorted((a, b) => Number(b.severity === 'critical') - Number(a.severity === 'critical'))
  const shown = worstFirst.slice(0, most)
  const hidden = findings.length - shown.length
  // This line stands anyhow: the processes would jump with each alert that comes and goes.
  if (findings.length === 0) return [labelled('Alerts', [[' nothing is above its threshold', 'muted']])]
  return shown.map(({ check, subject, severity, message }, index): Line => {
    const about = subject === undefined ? harmless(check) : `${harmless(check)} ${harmless(subject)}`
    const more: Piece = index === shown.length - 1 && hidden > 0 ? [`  and ${hidden} more`, 'muted'] : ''
    return [[`! ${severity}`, severity === 'critical' ? 'critical' : 'high'], `  ${about}: ${harmless(message)}`, more]
  })
}

function unavailableLines({ unavailable = {} }: Snapshot): Line[] {
  const reasons = Object.entries(unavailable).map(([what, why]) => `${harmless(what)}: ${harmless(why)}`)
  return reasons.length === 0 ? [] : [[[`Not available (${reasons.length}): ${reasons.join('; ')}`, 'muted']]]
}

const keyNames: readonly (readonly [key: string, meaning: string, sort?: Sort])[] = [
  ['q', 'quit'],
  ['c', 'CPU', 'cpu'],
  ['m', 'memory', 'memory'],
  ['o', 'I/O', 'io'],
  ['f', 'files', 'files'],
]

function footerLine(
  { columns, sort }: TopView,
  { from, shown, of, total }: { from: number; shown: number; of: number; total: number },
): Line {
  const keys = keyNames.flatMap(([key, meaning, by]): Piece[] => {
    return [[key, 'title'], by === sort ? [` ${meaning}`, 'title'] : ` ${meaning}`, '  ']
  })
  const line: Line = [...keys, ['↑↓', 'title'], [` ${from + Math.min(1, shown)}-${from + shown} of ${of}`, 'muted']]
  const all = total > of ? ` (${total} in all)` : ''
  return lineWidth(line) + all.length > columns ? line : [...line, [all, 'muted']]
}
