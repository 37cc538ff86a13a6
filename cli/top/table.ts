/** The table of processes. A column that finds no room is left out; the name, which may be anything, stands last. */
import type { ProcessSample } from '../../core/snapshot.ts'
import { absent, formatBytes, formatDuration, formatRate } from '../../core/view/format.ts'
import { plainSpaces } from '../../core/view/line.ts'
import { harmless, pad } from './cells.ts'
import type { Line, Piece } from './line.ts'
import { ioOf, type Sort } from './sort.ts'

interface Column {
  title: string
  width: number
  /** The terminal must be as wide. */
  from: number
  /** And not wider than this. */
  upTo?: number
  side?: 'left' | 'right'
  sort?: Sort
  text(process: ProcessSample, nowMs: number): string | undefined
}

const columns: readonly Column[] = [
  { title: 'PID', width: 7, from: 0, text: ({ pid }) => String(pid) },
  { title: 'PPID', width: 7, from: 160, text: ({ ppid }) => ppid?.toString() },
  { title: 'USER', width: 10, from: 72, side: 'left', text: ({ user }) => user && harmless(user) },
  { title: 'CPU %', width: 7, from: 0, sort: 'cpu', text: ({ cpuPercent }) => cpuPercent?.toFixed(1) },
  { title: 'MEMORY', width: 9, from: 30, sort: 'memory', text: ({ rssBytes }) => formatBytes(rssBytes) },
  { title: 'PSS', width: 9, from: 170, text: ({ pssBytes }) => formatBytes(pssBytes) },
  { title: 'I/O', width: 10, from: 56, upTo: 99, sort: 'io', text: (process) => formatRate(ioOf(process)) },
  { title: 'READ', width: 11, from: 100, sort: 'io', text: (process) => formatRate(process.readBytesPerSecond) },
  { title: 'WRITTEN', width: 11, from: 100, sort: 'io', text: (process) => formatRate(process.writtenBytesPerSecond) },
  { title: 'FILES', width: 7, from: 48, sort: 'files', text: ({ openFiles }) => openFiles?.toString() },
  { title: 'LIMIT', width: 8, from: 160, text: ({ openFilesLimit }) => openFilesLimit?.toString() },
  { title: 'THREADS', width: 7, from: 90, text: ({ threads }) => threads?.toString() },
  { title: 'STATUS', width: 9, from: 110, side: 'left', text: ({ status }) => status && harmless(status) },
  {
    title: 'SINCE',
    width: 11,
    from: 130,
    text: ({ startedAtMs }, nowMs) => formatDuration(startedAtMs === undefined ? undefined : nowMs - startedAtMs),
  },
  { title: 'WATCH', width: 20, from: 180, side: 'left', text: ({ watch }) => watch && harmless(watch) },
]

export function tableHead({ columns: wide, sort }: { columns: number; sort: Sort }): Line {
  const cells = shownAt(wide).flatMap((column): Piece[] => {
    const isChosen = column.sort === sort
    const title = pad(isChosen ? `↓${column.title}` : column.title, column.width, column.side ?? 'right')
    return [
      [title, isChosen ? 'chosen' : 'head'],
      [' ', 'head'],
    ]
  })
  const used = shownAt(wide).reduce((sum, { width }) => sum + width + 1, 0)
  return [...cells, ['NAME'.padEnd(Math.max(0, wide - used)), 'head']]
}

export function tableRow(process: ProcessSample, { columns: wide, nowMs }: { columns: number; nowMs: number }): Line {
  const cells = shownAt(wide).map(({ text, width, side = 'right' }) =>
    pad(plainSpaces(text(process, nowMs) || absent), width, side),
  )
  return [`${cells.join(' ')} `, harmless(process.name)]
}

function shownAt(wide: number): readonly Column[] {
  return columns.filter(({ from, upTo = Number.POSITIVE_INFINITY }) => wide >= from && wide <= upTo)
}
