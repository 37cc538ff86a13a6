/** The lines of a log, over all the files that it was turned over into, oldest first; a damaged one is told and passed over. */
import { createReadStream } from 'node:fs'
import { pipeline, type Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { createLineSplitter, type LogLine } from './lines.ts'

export interface LogRecord {
  atMs: number
  /** As it stands in the log. */
  fields: Readonly<Record<string, unknown>>
}

export interface Damage {
  path: string
  line: number
  reason: string
}

export type Read = { record: LogRecord } | { damage: Damage }

/** Ends with the file; where that has no end (it was cut off, its gzip is damaged), that is told as damage. */
export async function* readLogFile(path: string): AsyncGenerator<Read> {
  const split = createLineSplitter()
  let line = 0
  try {
    for await (const chunk of contentOf(path)) {
      for (const text of split.add(chunk as Buffer)) yield parseLine(text, { path, line: ++line })
    }
  } catch (error) {
    // Another program took it away between listing and reading.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
    yield { damage: { path, line: line + 1, reason: (error as Error).message } }
    return
  }
  const rest = split.rest()
  if (rest !== undefined) yield { damage: { path, line: line + 1, reason: 'cut off, expected a line that ends' } }
}

export function parseLine(text: LogLine, place: { path: string; line: number }): Read {
  const damaged = (reason: string): Read => ({ damage: { ...place, reason } })
  if (text.tooLong) return damaged(`${text.bytes} bytes, expected a line of at most ${text.maxBytes}`)
  let fields: unknown
  try {
    fields = JSON.parse(text.text)
  } catch (error) {
    return damaged(`not JSON: ${(error as Error).message}`)
  }
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields)) return damaged('expected a JSON object')
  const { time } = fields as { time?: unknown }
  const atMs = typeof time === 'string' ? Date.parse(time) : Number.NaN
  if (Number.isNaN(atMs)) return damaged(`time ${JSON.stringify(time)}, expected such as "2026-03-01T12:00:00.000Z"`)
  return { record: { atMs, fields: fields as Record<string, unknown> } }
}

function contentOf(path: string): Readable {
  const file = createReadStream(path)
  return path.endsWith('.gz') ? pipeline(file, createGunzip(), () => undefined) : file
}
