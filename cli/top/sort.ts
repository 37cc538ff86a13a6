/** In which order processes stand: most first, unknown last, and equal ones by their pid, so that they don't dance. */
import type { ProcessSample } from '../../core/snapshot.ts'

export const sortOrders = ['cpu', 'memory', 'io', 'files'] as const
export type Sort = (typeof sortOrders)[number]

export function sortProcesses(processes: readonly ProcessSample[], sort: Sort): ProcessSample[] {
  const size = (process: ProcessSample) => sizeOf[sort](process) ?? -1
  return [...processes].sort((a, b) => size(b) - size(a) || a.pid - b.pid)
}

export function nextSort(sort: Sort, step: 1 | -1): Sort {
  const at = (sortOrders.indexOf(sort) + step + sortOrders.length) % sortOrders.length
  return sortOrders[at] ?? sort
}

/** Read and written, in bytes a second; of one that is not known the other. */
export function ioOf({ readBytesPerSecond, writtenBytesPerSecond }: ProcessSample): number | undefined {
  if (readBytesPerSecond === undefined) return writtenBytesPerSecond
  return readBytesPerSecond + (writtenBytesPerSecond ?? 0)
}

const sizeOf: Record<Sort, (process: ProcessSample) => number | undefined> = {
  cpu: ({ cpuPercent }) => cpuPercent,
  memory: ({ rssBytes }) => rssBytes,
  io: ioOf,
  files: ({ openFiles }) => openFiles,
}
