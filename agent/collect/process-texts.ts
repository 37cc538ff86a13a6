/** The files of a process as values. Formats: proc(5). */

/** Bytes since its start that went to storage and came from it. */
export interface IoCounters {
  readBytes: number
  writtenBytes: number
}

/** /proc/PID/io: `read_bytes: 4096`. Undefined when a counter is not there. */
export function parseIo(text: string): IoCounters | undefined {
  const readBytes = /^read_bytes: (\d+)$/m.exec(text)?.[1]
  const writtenBytes = /^write_bytes: (\d+)$/m.exec(text)?.[1]
  if (readBytes === undefined || writtenBytes === undefined) return undefined
  return { readBytes: Number(readBytes), writtenBytes: Number(writtenBytes) }
}

/** /proc/PID/limits: soft limit, hard limit, unit. The soft one is what open(2) fails at. Undefined: unlimited. */
export function parseOpenFilesLimit(text: string): number | undefined {
  const limit = /^Max open files +(\d+)/m.exec(text)?.[1]
  return limit === undefined ? undefined : Number(limit)
}

/** /proc/PID/status: real, effective, saved, file system; the effective one is whose rights it has. */
export function parseUid(text: string): number | undefined {
  const uid = /^Uid:\s+\d+\s+(\d+)/m.exec(text)?.[1]
  return uid === undefined ? undefined : Number(uid)
}

/** /proc/PID/smaps_rollup: `Pss:  1234 kB`. Undefined for what has no memory of its own. */
export function parsePss(text: string): number | undefined {
  const kilobytes = /^Pss: +(\d+) kB$/m.exec(text)?.[1]
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1_024
}
