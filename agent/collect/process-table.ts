/**
 * Every process once a snapshot, with what the snapshot before knew of it. The stat files are kept open: to read one again
 * costs the kernel a third of opening it anew. A kept file belongs to its process, not to its number: once the process is
 * gone it answers ESRCH, also when the number was given away again.
 */
import { closeSync, openSync, readdirSync, readSync } from 'node:fs'
import { emptyStat, parseProcessStat } from './process-stat.ts'

/** A process between its first and its last snapshot: pid and `startTicks` are its identity. */
export interface ProcessEntry {
  pid: number
  ppid: number
  startTicks: number
  name: string
  state: string
  threads: number
  rssPages: number
  cpuTicks: number
  /** Of the snapshot before; undefined in the first one that has the process. */
  cpuTicksBefore: number | undefined
  /** What its readers have found out about it. Empty again with another name: it runs another program then. */
  notes: ProcessNotes
}

/** Each reader keeps its own. */
export interface ProcessNotes {
  /** `readAtMs` is monotonic, here and below. */
  user?: { uid: number; readAtMs: number; isSettled: boolean }
  /** Where what the kernel calls it says too little. */
  fullName?: string
  /** Globs of watches that its name matches. */
  globs?: readonly string[]
  openFilesLimit?: { value: number | undefined; readAtMs: number }
  io?: { readBytes: number; writtenBytes: number; readAtMs: number }
  /** What may not be read of it -> why. */
  refusals?: Map<string, unknown>
}

export interface ProcessScan {
  entries: ProcessEntry[]
  /** Processes that are there and whose files refused to be read, and the last refusal. */
  unread: ReadonlySet<number>
  refusal?: string
  /** Process 1 was listed, which is always there for those who see all. */
  listsInit: boolean
}

export interface ProcessTable {
  scan(): ProcessScan
  /**
   * The I/O counters of one that the last scan has. For those that are told in every snapshot: the file stays open, until a
   * snapshot does without. Throws what the kernel says.
   */
  ioText(entry: ProcessEntry): string
  /** Files that are open now. */
  keptFiles(): number
  close(): void
}

interface Slot extends ProcessEntry {
  fd: number | undefined
  io: { fd: number; generation: number } | undefined
  nameHash: number
  generation: number
}

type ReadResult = 'read' | 'gone' | 'refused'

/** A line is some 300 bytes, and no longer than 1,300 with every number at its longest. */
const bufferBytes = 4_096

export function openProcessTable({ proc, maxKeptFiles }: { proc: string; maxKeptFiles: number }): ProcessTable {
  const buffer = Buffer.allocUnsafeSlow(bufferBytes)
  const stat = emptyStat()
  const slots = new Map<number, Slot>()
  let kept = 0
  let generation = 0
  let refusal: string | undefined

  const forget = (slot: Slot) => {
    slots.delete(slot.pid)
    closeIo(slot)
    if (slot.fd === undefined) return
    closeSync(slot.fd)
    kept--
  }
  const closeIo = (slot: Slot) => {
    if (!slot.io) return
    closeSync(slot.io.fd)
    slot.io = undefined
    kept--
  }
  const textIn = (fd: number): string => buffer.toString('latin1', 0, readSync(fd, buffer, 0, bufferBytes, 0))
  /** Leaves the line in `stat`. */
  const readLine = (fd: number): ReadResult => {
    try {
      const length = readSync(fd, buffer, 0, bufferBytes, 0)
      return parseProcessStat(buffer, length, stat) ? 'read' : 'gone'
    } catch (error) {
      return refusedOrGone(error)
    }
  }
  const refusedOrGone = (error: unknown): ReadResult => {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ESRCH' || code === 'ENOENT') return 'gone'
    refusal = message
    return 'refused'
  }
  const readAnew = (pid: number): ReadResult => {
    let fd: number
    try {
      fd = openSync(`${proc}/${pid}/stat`, 'r')
    } catch (error) {
      return refusedOrGone(error)
    }
    const result = readLine(fd)
    let slot = slots.get(pid)
    if (slot && (result !== 'read' || slot.startTicks !== stat.startTicks)) {
      forget(slot)
      slot = undefined
    }
    const keep = result === 'read' && kept < maxKeptFiles
    if (keep) kept++
    else closeSync(fd)
    if (result !== 'read') return result
    if (slot) slot.fd = keep ? fd : undefined
    else slots.set(pid, newSlot(pid, stat.startTicks, keep ? fd : undefined))
    return result
  }
  const update = (pid: number): ReadResult => {
    const slot = slots.get(pid)
    if (slot?.fd !== undefined) {
      const result = readLine(slot.fd)
      if (result === 'read' && stat.startTicks === slot.startTicks) return result
      // Gone, but its number is listed: somebody else has it now.
      forget(slot)
    }
    return readAnew(pid)
  }
  const take = (slot: Slot) => {
    slot.cpuTicksBefore = slot.generation === 0 ? undefined : slot.cpuTicks
    slot.generation = generation
    slot.cpuTicks = stat.cpuTicks
    slot.ppid = stat.ppid
    slot.state = stat.state
    slot.threads = stat.threads
    slot.rssPages = stat.rssPages
    const hash = hashOf(buffer, stat.nameStart, stat.nameEnd)
    if (hash === slot.nameHash) return
    slot.name = buffer.toString('utf8', stat.nameStart, stat.nameEnd)
    slot.nameHash = hash
    slot.notes = {}
  }

  return {
    scan() {
      generation++
      refusal = undefined
      const unread = new Set<number>()
      let listsInit = false
      for (const name of readdirSync(proc)) {
        const first = name.charCodeAt(0)
        if (first < 0x31 || first > 0x39) continue
        const pid = Number(name)
        if (pid === 1) listsInit = true
        const result = update(pid)
        const slot = slots.get(pid)
        if (result === 'refused') unread.add(pid)
        else if (result === 'read' && slot) take(slot)
      }
      for (const slot of slots.values()) {
        if (slot.generation !== generation) forget(slot)
        else if (slot.io && slot.io.generation < generation - 1) closeIo(slot)
      }
      return { entries: [...slots.values()], unread, listsInit, ...(refusal === undefined ? {} : { refusal }) }
    },
    ioText(entry) {
      const slot = slots.get(entry.pid)
      if (!slot || slot.startTicks !== entry.startTicks) throw new Error(`read I/O of ${entry.pid}: it has ended`)
      if (!slot.io) {
        slot.io = { fd: openSync(`${proc}/${entry.pid}/io`, 'r'), generation }
        kept++
      }
      slot.io.generation = generation
      try {
        return textIn(slot.io.fd)
      } finally {
        if (kept > maxKeptFiles) closeIo(slot)
      }
    },
    keptFiles: () => kept,
    close() {
      for (const slot of slots.values()) forget(slot)
    },
  }
}

function newSlot(pid: number, startTicks: number, fd: number | undefined): Slot {
  return {
    pid,
    ppid: 0,
    startTicks,
    fd,
    name: '',
    io: undefined,
    nameHash: Number.NaN,
    state: '',
    threads: 0,
    rssPages: 0,
    cpuTicks: 0,
    cpuTicksBefore: undefined,
    generation: 0,
    notes: {},
  }
}

/** FNV-1a: a name is decoded again only when its bytes changed. */
function hashOf(bytes: Uint8Array, from: number, to: number): number {
  let hash = 0x811c9dc5
  for (let at = from; at < to; at++) hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x01000193)
  return hash
}
