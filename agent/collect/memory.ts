/**
 * Memory and swap from /proc/meminfo, swapping from /proc/vmstat, the container's limit from its control group, pressure
 * from /proc/pressure/memory. Formats: proc(5), psi.rst.
 */
import type { MemorySample } from '../../core/snapshot.ts'
import type { Cgroups } from './cgroup.ts'
import { readCgroupMemory } from './cgroup-memory.ts'
import { known, percentOf, perSecond, wholeOrUndefined } from './counters.ts'
import { readPageBytes } from './kernel-limits.ts'
import { kernelsWithPressure, readPressure } from './pressure.ts'
import type { FileReader } from './read-file.ts'
import type { Roots } from './roots.ts'
import type { Unavailable } from './unavailable.ts'

export interface MemoryReader {
  read(options: { monotonicMs: number; unavailable: Unavailable }): MemorySample
}

export interface MemoryOptions {
  files: FileReader
  roots: Roots
  cgroups: Cgroups
}

export function createMemoryReader({ files, roots, cgroups }: MemoryOptions): MemoryReader {
  const pageBytes = readPageBytes(roots)
  let before: { swapped: Swapped; monotonicMs: number } | undefined
  return {
    read({ monotonicMs, unavailable }) {
      const memory = unavailable.attempt('memory', () => parseMeminfo(files.kept(`${roots.proc}/meminfo`))) ?? {}
      if (memory.totalBytes !== undefined && memory.availableBytes === undefined) {
        unavailable.note('memory.availableBytes', 'no MemAvailable in /proc/meminfo; Linux 3.14 and newer have it')
      }
      // Without swap nothing is swapped, and the file is the dearest of all.
      const swapped = memory.swapTotalBytes
        ? unavailable.attempt('memory.swapRates', () => parseSwapped(files.kept(`${roots.proc}/vmstat`)))
        : undefined
      const earlier = before
      before = swapped && { swapped, monotonicMs }
      const bytesPerSecond = (pages: keyof Swapped) => {
        const rate = perSecond(earlier?.swapped[pages], swapped?.[pages], monotonicMs - (earlier?.monotonicMs ?? 0))
        return rate === undefined ? undefined : Math.round(rate * pageBytes)
      }
      const totalBytes = memory.totalBytes ?? Number.MAX_SAFE_INTEGER
      const limit = unavailable.attempt('memory.cgroup', () => readCgroupMemory({ files, cgroups, totalBytes }))
      const pressure = unavailable.attempt(
        'memory.pressure',
        () => readPressure(files, `${roots.proc}/pressure/memory`),
        kernelsWithPressure,
      )
      return {
        ...memory,
        ...limit,
        ...known({
          swapInBytesPerSecond: bytesPerSecond('inPages'),
          swapOutBytesPerSecond: bytesPerSecond('outPages'),
          pressure,
        }),
      }
    },
  }
}

/** Pages since boot. */
interface Swapped {
  inPages: number
  outPages: number
}

/** `pswpin 0`, `pswpout 0`: not there in a kernel that was built without swap. */
function parseSwapped(text: string): Swapped {
  const inPages = Number(/^pswpin (\d+)$/m.exec(text)?.[1] ?? Number.NaN)
  const outPages = Number(/^pswpout (\d+)$/m.exec(text)?.[1] ?? Number.NaN)
  if (Number.isNaN(inPages + outPages)) throw new Error('parse /proc/vmstat: no pswpin and pswpout, expected both')
  return { inPages, outPages }
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
  return wholeOrUndefined(kibibytes * 1024)
}
