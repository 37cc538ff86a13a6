/**
 * What is read of single processes, those that are told or watched, besides their stat line: user, name in full, open files
 * and their limit, I/O, proportional memory. What seldom changes is kept with the process, refusals too: to be refused
 * costs more than to read. Formats: proc(5).
 */
import { readdirSync, readlinkSync, statSync } from 'node:fs'
import { basename } from 'node:path'
import { unlessGone } from './gone.ts'
import { tickMs } from './process-rates.ts'
import type { ProcessEntry } from './process-table.ts'
import { type IoCounters, parseIo, parseOpenFilesLimit, parsePss, parseUid } from './process-texts.ts'
import type { FileReader } from './read-file.ts'
import type { Roots } from './roots.ts'
import type { Unavailable } from './unavailable.ts'

export interface ProcessFiles {
  /** What the kernel calls it; in full where it cut the name at 15 bytes, by its program where it would say too little. */
  nameOf(entry: ProcessEntry): string
  /** Of whose rights it has. */
  uidOf(entry: ProcessEntry, moment: Moment): number | undefined
  openFilesOf(entry: ProcessEntry, moment: Moment): number | undefined
  /** Undefined: unlimited, or not readable. */
  openFilesLimitOf(entry: ProcessEntry, moment: Moment): number | undefined
  ioOf(entry: ProcessEntry, moment: Moment): IoCounters | undefined
  pssBytesOf(entry: ProcessEntry, moment: Moment): number | undefined
  /** Once a snapshot: names what no process has here. */
  noteMissing(moment: Moment): void
}

interface Moment {
  monotonicMs: number
  /** Undefined where it could not be read. */
  sinceBootMs: number | undefined
  unavailable: Unavailable
}

export interface ProcessFilesOptions {
  files: FileReader
  roots: Roots
  /** The size of /proc/PID/fd is the number of open files. */
  fdCountIsSize: boolean
  ioText(entry: ProcessEntry): string
  pss: boolean
}

/** A daemon gives up root soon after its start, and hardly ever later. */
const settledAfterMs = 60_000
const settledFreshMs = 600_000
/** prlimit(1) changes it, rarely. */
const limitFreshMs = 600_000
/** TASK_COMM_LEN less its NUL: a name of this many bytes may have been cut. */
const cutNameBytes = 15

export function createProcessFiles({ files, roots, fdCountIsSize, ioText, pss }: ProcessFilesOptions): ProcessFiles {
  const pathOf = ({ pid }: ProcessEntry, file: string) => `${roots.proc}/${pid}/${file}`
  /** Found out once: whether this kernel has the file at all, which one process's end must not be taken for. */
  const isThere = new Map<string, boolean>()
  const has = (file: string): boolean => {
    const path = `${roots.proc}/self/${file}`
    const there = isThere.get(file) ?? statSync(path, { throwIfNoEntry: false }) !== undefined
    isThere.set(file, there)
    return there
  }

  return {
    nameOf(entry) {
      entry.notes.fullName ??= fullNameOf(entry, (file) => pathOf(entry, file), files)
      return entry.notes.fullName
    },
    uidOf(entry, moment) {
      const { user } = entry.notes
      if (user && isFresh(user, moment.monotonicMs)) return user.uid
      const uid = ask({ entry, subject: 'user', path: pathOf(entry, 'status'), moment }, (path) =>
        parseUid(files.text(path)),
      )
      if (uid === undefined) return user?.uid
      if (user && uid !== user.uid) entry.notes.refusals?.clear()
      entry.notes.user = { uid, readAtMs: moment.monotonicMs, isSettled: isSettled(entry, moment) }
      return uid
    },
    openFilesOf: (entry, moment) =>
      ask({ entry, subject: 'openFiles', path: pathOf(entry, 'fd'), moment }, (path) =>
        // Without an error for one that has just ended: making it costs more than the rest.
        fdCountIsSize ? statSync(path, { throwIfNoEntry: false })?.size : readdirSync(path).length,
      ),
    openFilesLimitOf(entry, moment) {
      const { openFilesLimit } = entry.notes
      if (openFilesLimit && moment.monotonicMs - openFilesLimit.readAtMs < limitFreshMs) return openFilesLimit.value
      const text = ask({ entry, subject: 'openFilesLimit', path: pathOf(entry, 'limits'), moment }, files.text)
      const value = text === undefined ? undefined : parseOpenFilesLimit(text)
      if (text !== undefined) entry.notes.openFilesLimit = { value, readAtMs: moment.monotonicMs }
      return value
    },
    ioOf: (entry, moment) =>
      has('io')
        ? ask({ entry, subject: 'io', path: pathOf(entry, 'io'), moment }, () => parseIo(ioText(entry)))
        : undefined,
    pssBytesOf: (entry, moment) =>
      pss && has('smaps_rollup')
        ? ask({ entry, subject: 'pssBytes', path: pathOf(entry, 'smaps_rollup'), moment }, (path) =>
            parsePss(files.text(path)),
          )
        : undefined,
    noteMissing({ unavailable }) {
      if (!has('io')) unavailable.note('processes.io', `${roots.proc}/self/io is not there: not in this kernel`)
      if (pss && !has('smaps_rollup')) {
        unavailable.note('processes.pssBytes', `${roots.proc}/self/smaps_rollup is not there: Linux 4.14 and newer`)
      }
    },
  }
}

function isFresh(user: { readAtMs: number; isSettled: boolean }, monotonicMs: number): boolean {
  return user.isSettled ? monotonicMs - user.readAtMs < settledFreshMs : user.readAtMs === monotonicMs
}

function isSettled({ startTicks }: ProcessEntry, { sinceBootMs }: Moment): boolean {
  return sinceBootMs === undefined || sinceBootMs - startTicks * tickMs > settledAfterMs
}

interface Question {
  entry: ProcessEntry
  subject: string
  path: string
  moment: Moment
}

/** Undefined when the process has just ended, or refuses; a refusal is named in every snapshot, and not asked for again. */
function ask<Value>({ entry, subject, path, moment }: Question, read: (path: string) => Value): Value | undefined {
  return moment.unavailable.attempt(`processes.${subject}`, () => {
    const refusal = entry.notes.refusals?.get(subject)
    if (refusal !== undefined) throw refusal
    try {
      return unlessGone(() => read(path))
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code !== 'EACCES' && code !== 'EPERM') throw error
      // Some files are opened by everybody and refuse to be read; the system's error does not name them then.
      const named = Object.assign(error as NodeJS.ErrnoException, { path })
      entry.notes.refusals ??= new Map()
      entry.notes.refusals.set(subject, named)
      throw named
    }
  })
}

/** As psutil: the program's own first argument tells what was cut, if it begins with what was not. */
function fullNameOf({ name }: ProcessEntry, pathOf: (file: string) => string, files: FileReader): string {
  // Newer Nodes call their main thread so, and all of them would look the same: these go by their program.
  const saysNothing = name === 'MainThread'
  if (!saysNothing && Buffer.byteLength(name) !== cutNameBytes) return name
  // The program's link is for its user and root only; its arguments are for everybody.
  const candidates = [() => programOf(pathOf('exe')), () => firstArgumentOf(files, pathOf('cmdline'))]
  for (const candidate of candidates) {
    const full = candidate()
    if (full && (saysNothing || full.startsWith(name))) return full
  }
  return name
}

/** Undefined: gone, a thread of the kernel, or another user's. */
function programOf(link: string): string | undefined {
  try {
    return basename(readlinkSync(link)).replace(/ \(deleted\)$/, '')
  } catch {
    return undefined
  }
}

/** A program may have written a title over its arguments: the first word of it then. */
function firstArgumentOf(files: FileReader, path: string): string | undefined {
  try {
    return basename(files.text(path).split(/[\0 ]/, 1)[0] ?? '')
  } catch {
    return undefined
  }
}
