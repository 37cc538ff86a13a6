/** A log file that is turned over at a size: `name`, then `name.1` (newest) to `name.<keep>`. */
import { appendFileSync, mkdirSync, renameSync, rmSync, statSync, truncateSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Log } from '../../adapters/log/port.ts'

export interface RotatingFile {
  /** One object, one line. Never throws: a full disk must not stop the agent; it is told once. */
  write(line: object): void
}

export function createRotatingFile({
  path,
  maxBytes,
  keep,
  log,
}: {
  path: string
  maxBytes: number
  keep: number
  log: Log
}): RotatingFile {
  let isFailing = false
  let bytes: number | undefined
  const size = () => {
    mkdirSync(dirname(path), { recursive: true })
    return statSync(path, { throwIfNoEntry: false })?.size ?? 0
  }
  return {
    write: (line) => {
      const text = `${JSON.stringify(line)}\n`
      const length = Buffer.byteLength(text)
      try {
        bytes ??= size()
        if (bytes > 0 && bytes + length > maxBytes) {
          rotate(path, keep)
          bytes = 0
        }
        appendFileSync(path, text, { mode: 0o640 })
        bytes += length
        if (isFailing) log.info('the log can be written again', { path })
        isFailing = false
      } catch (error) {
        withoutHalfLine(path, bytes)
        bytes = undefined
        if (!isFailing)
          log.error('the log can not be written; its lines are lost', { path, reason: (error as Error).message })
        isFailing = true
      }
    },
  }
}

/** A disk that fills up in mid-line leaves half of it, and the next line would be glued to that. */
function withoutHalfLine(path: string, bytes: number | undefined): void {
  try {
    if (bytes !== undefined) truncateSync(path, bytes)
  } catch {
    // What made the write fail may well make this fail too; the caller tells of the first.
  }
}

function rotate(path: string, keep: number): void {
  if (keep === 0) {
    rmSync(path, { force: true })
    return
  }
  for (let number = keep - 1; number >= 1; number--) {
    if (statSync(`${path}.${number}`, { throwIfNoEntry: false }))
      renameSync(`${path}.${number}`, `${path}.${number + 1}`)
  }
  renameSync(path, `${path}.1`)
}
