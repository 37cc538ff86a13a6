/** Memory and swap from /proc/meminfo, the container's limit from its control group, pressure from /proc/pressure. */
import type { MemorySample } from '../../core/snapshot.ts'
import { createCgroupReader } from './cgroup.ts'
import { known, percentOf } from './counters.ts'
import { readPressure } from './pressure.ts'
import type { FileReader } from './read-file.ts'
import type { Roots } from './roots.ts'
import type { Unavailable } from './unavailable.ts'

export interface MemoryReader {
  read(unavailable: Unavailable): MemorySample
}

export function createMemoryReader({ files, roots }: { files: FileReader; roots: Roots }): MemoryReader {
  const cgroup = createCgroupReader({ files, roots })
  return {
    read(unavailable) {
      const memory = unavailable.attempt('memory', () => parseMeminfo(files.text(`${roots.proc}/meminfo`))) ?? {}
      if (memory.totalBytes !== undefined && memory.availableBytes === undefined) {
        unavailable.note('memory.availableBytes', 'no MemAvailable in /proc/meminfo; Linux 3.14 and newer have it')
      }
      const limit = unavailable.attempt('memory.cgroup', () =>
        cgroup.read(memory.totalBytes ?? Number.MAX_SAFE_INTEGER),
      )
      const pressure = unavailable.attempt('memory.pressure', () =>
        readPressure(files, `${roots.proc}/pressure/memory`),
      )
      return { ...memory, ...limit, ...known({ pressure }) }
    },
  }
}

/** Lines such as `MemTotal:       24684084 kB`, where kB means KiB. */
function parseMeminfo(text: string): MemorySample {
  const totalBytes = bytesOf(text, 'MemTotal')
  if (totalBytes === undefined) throw new Error('parse /proc/meminfo: no MemTotal, expected a line of it')
  const availableBytes = bytesOf(text, 'MemAvailable')
  const usedBytes = availableBytes === undefined ? undefined : Math.max(0, totalBytes - availableBytes)
  const swapTotalBytes = bytesOf(text, 'SwapTotal')
  const swapUsedBytes = swapTotalBytes === undefined ? undefined : swapUsed(text, swapTotalBytes)
  return known({
    totalBytes,
    availableBytes,
    usedBytes,
    usedPercent: percentOf(usedBytes, totalBytes),
    swapTotalBytes,
    swapUsedBytes,
    // A host without swap has no share of it in use, not 0 %.
    swapUsedPercent: percentOf(swapUsedBytes, swapTotalBytes),
  })
}

function swapUsed(text: string, swapTotalBytes: number): number | undefined {
  const freeBytes = bytesOf(text, 'SwapFree')
  return freeBytes === undefined ? undefined : Math.max(0, swapTotalBytes - freeBytes)
}

function bytesOf(text: string, key: string): number | undefined {
  const at = text.startsWith(`${key}:`) ? 0 : text.indexOf(`\n${key}:`) + 1
  if (at === 0 && !text.startsWith(`${key}:`)) return undefined
  const kibibytes = Number.parseInt(text.slice(at + key.length + 1, at + key.length + 32), 10)
  return Number.isNaN(kibibytes) ? undefined : kibibytes * 1024
}
