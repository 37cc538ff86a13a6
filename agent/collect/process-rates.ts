/** What a process did since the snapshot before: CPU and I/O. One that started meanwhile did all of it since then. */
import { increase, known, perSecond, rounded } from './counters.ts'
import type { ProcessEntry } from './process-table.ts'
import type { IoCounters } from './process-texts.ts'

/** When the snapshot before was taken. */
export interface Earlier {
  monotonicMs: number
  /** Undefined where it could not be read. */
  sinceBootMs: number | undefined
}

/** What proc(5) calls sysconf(_SC_CLK_TCK) is 100 on every platform that Node runs on. */
export const tickMs = 10

/** 100 is one core busy. Those of which it is not known are not there. */
export function cpuPercents(entries: ProcessEntry[], earlier: Earlier, monotonicMs: number): Map<ProcessEntry, number> {
  const percents = new Map<ProcessEntry, number>()
  const elapsedMs = monotonicMs - earlier.monotonicMs
  if (elapsedMs <= 0) return percents
  for (const entry of entries) {
    const before = entry.cpuTicksBefore ?? (startedSince(entry, earlier) ? 0 : undefined)
    const ticks = increase(before, entry.cpuTicks)
    if (ticks !== undefined) percents.set(entry, rounded((ticks * tickMs * 100) / elapsedMs))
  }
  return percents
}

type IoRates = { readBytesPerSecond?: number; writtenBytesPerSecond?: number }

/** Keeps the counters for the next snapshot; one that was not told in the snapshot before has no rate. */
export function ioRates(
  entry: ProcessEntry,
  options: { io: IoCounters | undefined; earlier: Earlier | undefined; monotonicMs: number },
): IoRates {
  const { io, earlier, monotonicMs } = options
  const last = entry.notes.io
  if (!io) return {}
  entry.notes.io = { ...io, readAtMs: monotonicMs }
  if (!earlier) return {}
  const before = startedSince(entry, earlier) ? { readBytes: 0, writtenBytes: 0 } : last
  if (!before || (last && last.readAtMs !== earlier.monotonicMs)) return {}
  const elapsedMs = monotonicMs - earlier.monotonicMs
  return known({
    readBytesPerSecond: perSecond(before.readBytes, io.readBytes, elapsedMs),
    writtenBytesPerSecond: perSecond(before.writtenBytes, io.writtenBytes, elapsedMs),
  })
}

/** False also when it is not known. */
function startedSince(entry: ProcessEntry, { sinceBootMs }: Earlier): boolean {
  return sinceBootMs !== undefined && entry.startTicks * tickMs >= sinceBootMs - tickMs
}
