/**
 * A log file that is turned over at a size, and when its time is up: `name` becomes `name.20261123T101500Z`, which is
 * compressed and swept beside the agent's work (rotated-files.ts). Nothing is remembered between two lines: another program
 * may move the file away, or the directory, and the next line begins a new one.
 */
import { appendFileSync, mkdirSync, renameSync, rmSync, statSync, truncateSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Clock } from '../../adapters/clock/port.ts'
import type { Log } from '../../adapters/log/port.ts'
import { createRotatedFiles, type Retention } from './rotated-files.ts'

export interface RotatingFile {
  /** One object, one line. Never throws: a full disk must not stop the agent; it is told once. */
  write(line: object): void
  /** Resolves when what was turned over is compressed, and what is too old is gone. Never rejects. */
  settled(): Promise<void>
}

export interface RotatingFileOptions extends Retention {
  path: string
  maxBytes: number
  /** A file holds lines of one such span of time, counted in UTC; 0: by size alone. */
  everyMs: number
  clock: Clock
  log: Log
}

export function createRotatingFile({
  path,
  maxBytes,
  everyMs,
  clock,
  log,
  ...retention
}: RotatingFileOptions): RotatingFile {
  const rotated = createRotatedFiles({ path, clock, log, ...retention })
  let isFailing = false

  const spanOf = (atMs: number) => (everyMs === 0 ? 0 : Math.floor(atMs / everyMs))
  const isDue = ({ size, mtimeMs }: { size: number; mtimeMs: number }, length: number) =>
    size > 0 && (size + length > maxBytes || spanOf(mtimeMs) < spanOf(clock.now()))
  const turnOver = () => {
    if (retention.keep === 0) rmSync(path, { force: true })
    else renameSync(path, rotated.freeName())
    rotated.tidy()
  }
  const append = (text: string) => {
    mkdirSync(dirname(path), { recursive: true })
    const before = statSync(path, { throwIfNoEntry: false })
    const isNew = !before || isDue(before, Buffer.byteLength(text))
    if (before && isNew) turnOver()
    try {
      appendFileSync(path, text, { mode: 0o640 })
    } catch (error) {
      withoutHalfLine(path, isNew ? 0 : before.size)
      throw error
    }
  }

  rotated.tidy()
  return {
    write: (line) => {
      try {
        append(`${JSON.stringify(line)}\n`)
        if (isFailing) log.info('the log can be written again', { path })
        isFailing = false
      } catch (error) {
        const { message: reason } = error as Error
        if (!isFailing) log.error('the log can not be written; its lines are lost', { path, reason })
        isFailing = true
      }
    },
    settled: rotated.settled,
  }
}

/** A disk that fills up in mid-line leaves half of it, and the next line would be glued to that. */
function withoutHalfLine(path: string, bytes: number): void {
  try {
    truncateSync(path, bytes)
  } catch {
    // What made the write fail may well make this fail too; the caller tells of the first.
  }
}
