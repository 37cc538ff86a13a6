/** Processes: counts of all, and rows of those that use most CPU or most memory. */
import { readdirSync, readlinkSync, statSync } from 'node:fs'
import { basename } from 'node:path'
import { limits } from '../../core/limits.ts'
import type { ProcessesSample, ProcessSample } from '../../core/snapshot.ts'
import { known, round2 } from './counters.ts'
import { readKernelLimits } from './kernel-limits.ts'
import { statusOf } from './process-stat.ts'
import { openProcessTable, type ProcessEntry } from './process-table.ts'
import type { FileReader } from './read-file.ts'
import type { Roots } from './roots.ts'
import { topOf } from './top.ts'
import { clip, type Unavailable } from './unavailable.ts'
import { createUsers } from './users.ts'

export interface ProcessesReader {
  read(options: ProcessesMoment): ProcessesSample
  close(): void
}

interface ProcessesMoment {
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
}

/** What proc(5) calls sysconf(_SC_CLK_TCK): 100 on every platform that Node runs on. */
const ticksPerSecond = 100
const tickMs = 1_000 / ticksPerSecond
/** A daemon may give up root soon after its start. */
const userFreshMs = 60_000

export function createProcessesReader({ files, roots, topProcesses }: ProcessesOptions): ProcessesReader {
  const { pageBytes, maxKeptFiles, fdCountIsSize } = readKernelLimits({ files, roots })
  const table = openProcessTable({ proc: roots.proc, maxKeptFiles })
  const users = createUsers({ files, roots })
  let before: Earlier | undefined

  const rowOf = (entry: ProcessEntry, cpuPercent: number | undefined, moment: ProcessesMoment): ProcessSample => {
    const { bootAtMs, unavailable } = moment
    const openFiles = unavailable.attempt('processes.openFiles', () => countFiles(entry.pid))
    const uid = unavailable.attempt('processes.user', () => userOf(entry, moment.monotonicMs))
    return {
      pid: entry.pid,
      name: clip(nameOf(entry), limits.nameLength) || '?',
      ...known({
        user: uid === undefined ? undefined : users.nameOf(uid),
        status: statusOf(entry.state),
        cpuPercent,
        rssBytes: entry.rssPages * pageBytes,
        threads: entry.threads,
        openFiles,
        startedAtMs: bootAtMs === undefined ? undefined : Math.round(bootAtMs + entry.startTicks * tickMs),
      }),
    }
  }
  /** Newer Nodes call their main thread so, and all of them would look the same: these go by their program. */
  const nameOf = (entry: ProcessEntry): string => {
    if (entry.name !== 'MainThread') return entry.name
    entry.program ??= programOf(`${roots.proc}/${entry.pid}/exe`) ?? entry.name
    return entry.program
  }
  /** Undefined when the process has just ended. */
  const countFiles = (pid: number): number | undefined =>
    unlessGone(() => {
      const path = `${roots.proc}/${pid}/fd`
      return fdCountIsSize ? statSync(path).size : readdirSync(path).length
    })
  const userOf = (entry: ProcessEntry, monotonicMs: number): number | undefined => {
    if (entry.user && monotonicMs - entry.user.readAtMs < userFreshMs) return entry.user.uid
    const status = unlessGone(() => files.text(`${roots.proc}/${entry.pid}/status`))
    // Real, effective, saved, file system: the effective one is whose rights it has.
    const uid = /^Uid:\s+\d+\s+(\d+)/m.exec(status ?? '')?.[1]
    if (uid === undefined) return undefined
    entry.user = { uid: Number(uid), readAtMs: monotonicMs }
    return entry.user.uid
  }

  return {
    read(moment) {
      const { monotonicMs, sinceBootMs, unavailable } = moment
      const scan = unavailable.attempt('processes', () => table.scan())
      if (!scan) return { top: [] }
      if (scan.refused > 0) unavailable.note('processes', `${scan.refused} not readable: ${scan.refusal}`)
      unavailable.attempt('processes.user', () => users.refresh())
      const earlier = before
      before = { monotonicMs, sinceBootMs }
      const cpuPercent = earlier ? cpuPercents(scan.entries, earlier, monotonicMs) : new Map<ProcessEntry, number>()
      const cpuOf = (entry: ProcessEntry) => cpuPercent.get(entry) ?? 0
      const limit = Math.min(topProcesses, Math.floor(limits.processesPerSnapshot / 2))
      const byCpu = topOf(scan.entries, limit, cpuOf)
      const byMemory = topOf(scan.entries, limit, (entry) => entry.rssPages)
      const top = [...new Set([...byCpu, ...byMemory])].sort((a, b) => cpuOf(b) - cpuOf(a) || b.rssPages - a.rssPages)
      return { ...counts(scan.entries), top: top.map((entry) => rowOf(entry, cpuPercent.get(entry), moment)) }
    },
    close: () => table.close(),
  }
}

interface Earlier {
  monotonicMs: number
  sinceBootMs: number | undefined
}

function cpuPercents(entries: ProcessEntry[], earlier: Earlier, monotonicMs: number): Map<ProcessEntry, number> {
  const percents = new Map<ProcessEntry, number>()
  const elapsedMs = monotonicMs - earlier.monotonicMs
  if (elapsedMs <= 0) return percents
  for (const entry of entries) {
    const ticks = ticksSince(entry, earlier.sinceBootMs)
    if (ticks !== undefined && ticks >= 0) percents.set(entry, round2((ticks * tickMs * 100) / elapsedMs))
  }
  return percents
}

/** CPU since the snapshot before. A process that was started since then had none; an older one that was not seen is not known. */
function ticksSince(entry: ProcessEntry, sinceBootMs: number | undefined): number | undefined {
  if (entry.cpuTicksBefore !== undefined) return entry.cpuTicks - entry.cpuTicksBefore
  const isNew = sinceBootMs !== undefined && entry.startTicks * tickMs >= sinceBootMs - tickMs
  return isNew ? entry.cpuTicks : undefined
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

/** Undefined: gone, or another user's. */
function programOf(link: string): string | undefined {
  try {
    return basename(readlinkSync(link))
  } catch {
    return undefined
  }
}

function unlessGone<Value>(read: () => Value): Value | undefined {
  try {
    return read()
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ESRCH') return undefined
    throw error
  }
}
