/** Processes: counts of all, and rows of those that use most CPU or memory (or open files, on demand) or are watched. */
import { limits } from '../../core/limits.ts'
import type { ProcessesSample, ProcessSample } from '../../core/snapshot.ts'
import { known } from './counters.ts'
import { createHiddenProcesses } from './hidden-processes.ts'
import { readKernelLimits } from './kernel-limits.ts'
import { createProcessFiles } from './process-files.ts'
import { cpuPercents, type Earlier, ioRates, tickMs } from './process-rates.ts'
import { statusOf } from './process-stat.ts'
import { openProcessTable, type ProcessEntry } from './process-table.ts'
import type { FileReader } from './read-file.ts'
import type { Roots } from './roots.ts'
import { chosenOf, topOf } from './top.ts'
import { clip, type Unavailable } from './unavailable.ts'
import { createUsers } from './users.ts'
import type { ProcessEvent } from './watch/events.ts'
import { createWatches } from './watch/watches.ts'

export interface ProcessesReader {
  read(moment: ProcessesMoment): ProcessesSample
  /** What became of watched processes in all readings since events were last taken; undefined: nothing. */
  takeEvents(unavailable: Unavailable): ProcessEvent[] | undefined
  close(): void
}

interface ProcessesMoment {
  observedAtMs: number
  monotonicMs: number
  /** Wall clock of the boot; undefined where it could not be read. */
  bootAtMs: number | undefined
  sinceBootMs: number | undefined
  unavailable: Unavailable
}

export interface ProcessesOptions {
  files: FileReader
  roots: Roots
  /** Rows by CPU, and as many by memory. */
  topProcesses: number
  /** Rows by open files: those of every process are counted then. */
  topOpenFiles?: number
  /** Expressions. */
  watches?: readonly string[]
  /** Rows have their proportional memory. */
  pss?: boolean
}

export function createProcessesReader(options: ProcessesOptions): ProcessesReader {
  const { files, roots, topProcesses, topOpenFiles = 0, watches: expressions = [], pss = false } = options
  const { pageBytes, maxKeptFiles, fdCountIsSize } = readKernelLimits({ files, roots })
  const table = openProcessTable({ proc: roots.proc, maxKeptFiles })
  const users = createUsers({ files, roots })
  const details = createProcessFiles({ files, roots, fdCountIsSize, pss, ioText: table.ioText })
  const hiddenProcesses = createHiddenProcesses({ files, roots })
  const watches = expressions.length === 0 ? undefined : createWatches({ expressions, files, roots })
  let before: Earlier | undefined

  const rowOf = (entry: ProcessEntry, told: Told): ProcessSample => {
    const { moment, earlier, cpuPercent, openFiles, watched } = told
    const uid = details.uidOf(entry, moment)
    return {
      pid: entry.pid,
      name: tellable(details.nameOf(entry)),
      ...known({
        ppid: entry.ppid,
        user: uid === undefined ? undefined : users.nameOf(uid),
        status: statusOf(entry.state),
        cpuPercent: cpuPercent.get(entry),
        rssBytes: entry.rssPages * pageBytes,
        pssBytes: details.pssBytesOf(entry, moment),
        threads: entry.threads,
        openFiles: openFiles ? openFiles.get(entry) : details.openFilesOf(entry, moment),
        openFilesLimit: details.openFilesLimitOf(entry, moment),
        ...ioRates(entry, { io: details.ioOf(entry, moment), earlier, monotonicMs: moment.monotonicMs }),
        startedAtMs: startedAtMs(entry, moment.bootAtMs),
        watch: watched.get(entry),
      }),
    }
  }
  const rowsOf = (entries: ProcessEntry[], told: Told): ProcessSample[] => {
    const { cpuPercent, openFiles, watched, moment } = told
    const cpuOf = (entry: ProcessEntry) => cpuPercent.get(entry) ?? 0
    const tops = [
      ...topOf(entries, topProcesses, cpuOf),
      ...topOf(entries, topProcesses, (entry) => entry.rssPages),
      ...(openFiles ? topOf(entries, topOpenFiles, (entry) => openFiles.get(entry) ?? 0) : []),
    ]
    const { chosen, left } = chosenOf({ tops, watched: [...watched.keys()], limit: limits.processesPerSnapshot })
    if (left > 0)
      moment.unavailable.note('processes.top', `${left} more than ${limits.processesPerSnapshot} are not told`)
    chosen.sort((a, b) => cpuOf(b) - cpuOf(a) || b.rssPages - a.rssPages)
    return chosen.map((entry) => rowOf(entry, told))
  }
  const countOpenFiles = (entries: ProcessEntry[], moment: ProcessesMoment): Map<ProcessEntry, number> => {
    const counted = new Map<ProcessEntry, number>()
    for (const entry of entries) {
      const openFiles = details.openFilesOf(entry, moment)
      if (openFiles !== undefined) counted.set(entry, openFiles)
    }
    return counted
  }

  return {
    read(moment) {
      const { monotonicMs, sinceBootMs, bootAtMs, unavailable } = moment
      const scan = unavailable.attempt('processes', () => table.scan())
      if (!scan) return { top: [] }
      const { entries, unread } = scan
      if (unread.size > 0) unavailable.note('processes', `${unread.size} not readable: ${scan.refusal}`)
      const hidden = unavailable.attempt('processes', () => hiddenProcesses({ seesInit: scan.listsInit, monotonicMs }))
      if (hidden !== undefined) unavailable.note('processes', hidden)
      details.noteMissing(moment)
      unavailable.attempt('processes.user', () => users.refresh())
      const earlier = before
      before = { monotonicMs, sinceBootMs }
      const observed = watches?.observe({
        ...moment,
        scan,
        nameOf: (entry) => tellable(details.nameOf(entry)),
        uidOf: (entry) => details.uidOf(entry, moment),
        uidOfName: users.uidOf,
        startedAtMs: (entry) => startedAtMs(entry, bootAtMs),
      })
      const told: Told = {
        moment,
        earlier,
        cpuPercent: earlier ? cpuPercents(entries, earlier, monotonicMs) : new Map(),
        openFiles: topOpenFiles > 0 ? countOpenFiles(entries, moment) : undefined,
        watched: observed?.watched ?? new Map(),
      }
      return { ...counts(entries), ...known({ watches: observed?.counts }), top: rowsOf(entries, told) }
    },
    takeEvents(unavailable) {
      const events = watches?.takeEvents(unavailable) ?? []
      return events.length === 0 ? undefined : events
    },
    close: () => table.close(),
  }
}

/** What rows are made from, besides their process. */
interface Told {
  moment: ProcessesMoment
  earlier: Earlier | undefined
  cpuPercent: ReadonlyMap<ProcessEntry, number>
  /** Of all processes, where they were counted. */
  openFiles: ReadonlyMap<ProcessEntry, number> | undefined
  /** With the expression. */
  watched: ReadonlyMap<ProcessEntry, string>
}

function startedAtMs({ startTicks }: ProcessEntry, bootAtMs: number | undefined): number | undefined {
  return bootAtMs === undefined ? undefined : Math.max(0, Math.round(bootAtMs + startTicks * tickMs))
}

function tellable(name: string): string {
  return clip(name, limits.nameLength) || '?'
}

function counts(entries: ProcessEntry[]): Omit<ProcessesSample, 'top'> {
  const byStatus: Record<string, number> = {}
  let threads = 0
  for (const entry of entries) {
    const status = statusOf(entry.state)
    byStatus[status] = (byStatus[status] ?? 0) + 1
    threads += entry.threads
  }
  return { total: entries.length, threads, byStatus }
}
