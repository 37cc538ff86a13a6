/**
 * Which processes the user's watches match now, how many that are, and what became of them. Whether a name matches is
 * asked once a process and name; who has ended, a zombie that waits for its parent too, matches nothing.
 */
import { matchesGlob } from '../../../core/glob.ts'
import { limits } from '../../../core/limits.ts'
import { parseWatch, type Watch } from '../../../core/watch.ts'
import { tickMs } from '../process-rates.ts'
import type { ProcessEntry, ProcessScan } from '../process-table.ts'
import type { FileReader } from '../read-file.ts'
import type { Roots } from '../roots.ts'
import type { Unavailable } from '../unavailable.ts'
import { createWatchEvents, type Member, type ProcessEvent } from './events.ts'
import { openPidFile, type PidFile } from './pid-file.ts'
import { createUnits } from './unit.ts'

export interface Watches {
  observe(moment: WatchMoment): Observed
  /** Events of all observations since they were last taken. */
  takeEvents(unavailable: Unavailable): ProcessEvent[]
}

export interface WatchMoment {
  scan: ProcessScan
  observedAtMs: number
  monotonicMs: number
  sinceBootMs: number | undefined
  unavailable: Unavailable
  startedAtMs(entry: ProcessEntry): number | undefined
  nameOf(entry: ProcessEntry): string
  uidOf(entry: ProcessEntry): number | undefined
  /** Of a user's name. */
  uidOfName(name: string): number | undefined
}

interface Observed {
  /** Matches now; without the watches that could not be evaluated. */
  counts: Record<string, number>
  /** Every process that is watched, with the first expression that matches it. */
  watched: Map<ProcessEntry, string>
}

export interface WatchesOptions {
  expressions: readonly string[]
  files: FileReader
  roots: Roots
}

export function createWatches({ expressions, files, roots }: WatchesOptions): Watches {
  const watches = expressions.map(watchOf)
  const globs = watches.flatMap((watch) => (watch.kind === 'name' ? [watch] : []))
  const pidFiles = new Map<string, PidFile>()
  const units = createUnits({ files, roots })
  const events = createWatchEvents({ maxEvents: limits.eventsPerSnapshot })

  /** Kept with the process until it takes another name. */
  const globsOf = (entry: ProcessEntry, { nameOf }: WatchMoment): readonly string[] => {
    entry.notes.globs ??= matching(globs, nameOf(entry))
    return entry.notes.globs
  }
  const entriesOf = (watch: Watch, alive: Alive, moment: WatchMoment): ProcessEntry[] => {
    switch (watch.kind) {
      case 'name':
        return alive.entries.filter((entry) => globsOf(entry, moment).includes(watch.glob))
      case 'user': {
        const uid = uidNamed(watch.user, moment)
        return alive.entries.filter((entry) => moment.uidOf(entry) === uid)
      }
      case 'pidfile': {
        const pid = pidFileOf(watch.path).pid({
          startTicksOf: (named) => alive.byPid().get(named)?.startTicks,
          nowTicks: moment.sinceBootMs === undefined ? undefined : moment.sinceBootMs / tickMs,
        })
        return pid === undefined ? [] : found(alive, [pid])
      }
      case 'unit':
        return found(alive, units.pidsOf(watch.unit, moment.monotonicMs))
    }
  }
  const pidFileOf = (path: string): PidFile => {
    const file = pidFiles.get(path) ?? openPidFile(path)
    pidFiles.set(path, file)
    return file
  }
  const memberOf = (entry: ProcessEntry, moment: WatchMoment): Member => ({
    pid: entry.pid,
    startTicks: entry.startTicks,
    name: moment.nameOf(entry),
    startedAtMs: moment.startedAtMs(entry),
  })

  return {
    observe(moment) {
      const { scan, unavailable } = moment
      const counts: Record<string, number> = {}
      const watched = new Map<ProcessEntry, string>()
      const alive = aliveOf(scan)
      for (const watch of watches) {
        const subject = `processes.watches.${watch.expression}`
        const entries = unavailable.attempt(subject, () => entriesOf(watch, alive, moment))
        if (!entries) continue
        for (const entry of entries) if (!watched.has(entry)) watched.set(entry, watch.expression)
        const members = new Map(entries.map((entry) => [entry.pid, memberOf(entry, moment)]))
        const { observedAtMs: atMs } = moment
        counts[watch.expression] = events.observe({ watch, members, unread: scan.unread, atMs })
      }
      return { counts, watched }
    },
    takeEvents(unavailable) {
      const { events: taken, untold } = events.take()
      if (untold > 0) unavailable.note('events', `${untold} more than ${limits.eventsPerSnapshot} are not told`)
      return taken
    },
  }
}

/** Settings were checked before; a program that embeds the agent may still be wrong. */
function watchOf(expression: string): Watch {
  const parsed = parseWatch(expression)
  if (!parsed.ok) throw new Error(`watch processes: expected ${parsed.expected}`)
  return parsed.value
}

interface Alive {
  entries: ProcessEntry[]
  byPid(): Map<number, ProcessEntry>
}

function aliveOf(scan: ProcessScan): Alive {
  const entries = scan.entries.filter((entry) => !hasEnded(entry))
  let byPid: Map<number, ProcessEntry> | undefined
  return {
    entries,
    byPid: () => {
      byPid ??= new Map(entries.map((entry) => [entry.pid, entry]))
      return byPid
    },
  }
}

/** A zombie with more than one thread has lost its first one only. */
function hasEnded({ state, threads }: ProcessEntry): boolean {
  return (state === 'Z' && threads <= 1) || state === 'X' || state === 'x'
}

function matching(globs: readonly { glob: string }[], name: string): readonly string[] {
  const matches = globs.flatMap(({ glob }) => (matchesGlob(glob, name) ? [glob] : []))
  return matches.length === 0 ? none : matches
}

const none: readonly string[] = []

function found(alive: Alive, pids: readonly number[]): ProcessEntry[] {
  return pids.flatMap((pid) => alive.byPid().get(pid) ?? [])
}

function uidNamed(user: string, { uidOfName }: WatchMoment): number {
  const uid = uidOfName(user) ?? (/^\d+$/.test(user) ? Number(user) : undefined)
  if (uid === undefined) {
    throw new Error(`no user ${JSON.stringify(user)} in /etc/passwd: those of a directory service go by their number`)
  }
  return uid
}
