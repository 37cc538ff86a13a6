/** The process that a pid file names. */
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'
import { isGone } from '../gone.ts'

interface PidFileMoment {
  /** When the process of this number started, in ticks since boot; undefined: there is none. */
  startTicksOf(pid: number): number | undefined
  /** Undefined where it could not be read. */
  nowTicks: number | undefined
}

export interface PidFile {
  /**
   * The number in the file when a process has it that can have been meant; undefined without a file, without a process, and
   * when the number was given away: whoever started after the file was seen as it is now, is a stranger to it.
   * Throws when the file can't be read, or holds no number: it may just be written.
   */
  pid(moment: PidFileMoment): number | undefined
}

/** A number and a newline; some daemons write more lines. */
const readBytes = 64
/** Between the reading of the time and that of the file. */
const slackTicks = 100

export function openPidFile(path: string): PidFile {
  const buffer = Buffer.alloc(readBytes)
  let seen: { version: string; atTicks: number | undefined } | undefined
  return {
    pid({ startTicksOf, nowTicks }) {
      const file = readPidFile(path, buffer)
      if (!file) return undefined
      if (seen?.version !== file.version) seen = { version: file.version, atTicks: nowTicks }
      const startTicks = startTicksOf(file.pid)
      if (startTicks === undefined) return undefined
      const isStranger = seen.atTicks !== undefined && startTicks > seen.atTicks + slackTicks
      return isStranger ? undefined : file.pid
    },
  }
}

/** `version` changes whenever the file is written, with the same number too. */
function readPidFile(path: string, buffer: Buffer): { pid: number; version: string } | undefined {
  let fd: number
  try {
    // A FIFO in its place must not stop the agent.
    fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  } catch (error) {
    if (isGone(error)) return undefined
    throw error
  }
  try {
    const stat = fstatSync(fd)
    if (!stat.isFile()) throw new Error(`read ${path}: no regular file, expected one with a process number`)
    const text = buffer.toString('latin1', 0, readSync(fd, buffer, 0, readBytes, 0))
    const pid = Number(/^\s*(\d{1,10})(?!\S)/.exec(text)?.[1])
    if (!(pid > 0)) throw new Error(`read ${path}: ${JSON.stringify(text.slice(0, 20))}, expected a process number`)
    return { pid, version: `${pid} ${stat.ino} ${stat.mtimeMs} ${stat.ctimeMs}` }
  } finally {
    closeSync(fd)
  }
}
