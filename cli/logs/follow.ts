/**
 * A log that is being written: what comes from now on, through being turned over, moved away, cut short or not yet there. The
 * file stays open: what was written before it was turned over is read from it to its end.
 */
import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs'
import type { Clock } from '../../adapters/clock/port.ts'
import { createLineSplitter, type LineSplitter } from './lines.ts'
import { parseLine, type Read } from './records.ts'

const lookEveryMs = 200
const chunkBytes = 256 * 1024

interface OpenFile {
  fd: number
  inode: number
  position: number
  line: number
  split: LineSplitter
}

export interface FollowOptions {
  path: string
  clock: Clock
  signal: AbortSignal
}

/** First the file that is there, whole; then `caught up`, once; then what comes. */
export async function* followLog({ path, clock, signal }: FollowOptions): AsyncGenerator<Read | 'caught up'> {
  const buffer = Buffer.allocUnsafe(chunkBytes)
  let file = openIfThere(path)
  let isBehind = true
  try {
    while (!signal.aborted) {
      if (file) {
        if (fstatSync(file.fd).size < file.position)
          Object.assign(file, { position: 0, line: 0, split: createLineSplitter() })
        yield* readOn(file, path, buffer)
        const { ino } = statSync(path, { throwIfNoEntry: false }) ?? {}
        if (ino !== undefined && ino !== file.inode) {
          // Whatever came between the last reading and the turn.
          yield* readOn(file, path, buffer)
          closeSync(file.fd)
          file = openIfThere(path)
          continue
        }
      } else {
        file = openIfThere(path)
        if (file) continue
      }
      if (isBehind) yield 'caught up'
      isBehind = false
      await clock.sleep(lookEveryMs, signal)
    }
  } finally {
    if (file) closeSync(file.fd)
  }
}

function* readOn(file: OpenFile, path: string, buffer: Buffer): Generator<Read> {
  for (;;) {
    const length = readSync(file.fd, buffer, 0, buffer.byteLength, file.position)
    if (length === 0) return
    file.position += length
    // Its own bytes: the buffer is written over by the next reading.
    for (const text of file.split.add(Buffer.from(buffer.subarray(0, length)))) {
      file.line += 1
      yield parseLine(text, { path, line: file.line })
    }
  }
}

function openIfThere(path: string): OpenFile | undefined {
  let fd: number
  try {
    fd = openSync(path, 'r')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  return { fd, inode: fstatSync(fd).ino, position: 0, line: 0, split: createLineSplitter() }
}
