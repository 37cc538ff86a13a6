/**
 * Reads, writes, their latency and busy time of whole block devices from /proc/diskstats. Partitions, loop and RAM devices
 * are left out. Format: iostats.rst; newer kernels only append fields.
 */
import { readdirSync } from 'node:fs'
import { limits } from '../../core/limits.ts'
import type { DiskIoSample } from '../../core/snapshot.ts'
import { increase, known, perSecond, rounded, shareOf } from './counters.ts'
import type { FileReader } from './read-file.ts'
import type { Roots } from './roots.ts'
import { clip, type Unavailable } from './unavailable.ts'

export interface DiskIoReader {
  read(options: { monotonicMs: number; unavailable: Unavailable }): DiskIoSample[]
}

/** Counts since boot. The times wrap at 2^32 ms. */
interface DeviceCounters {
  reads: number
  readBytes: number
  /** Of all reads together: two at once count twice. */
  readMs: number
  writes: number
  writtenBytes: number
  writeMs: number
  /** In which anything was in flight. */
  busyMs: number
}

/** In /proc/diskstats always, whatever the device's own. */
const sectorBytes = 512
/** Memory, files and removable media under the name of a disk. */
const notADisk = /^(loop|z?ram|sr|fd|mtdblock)\d/

export function createDiskIoReader({ files, roots }: { files: FileReader; roots: Roots }): DiskIoReader {
  let before: { monotonicMs: number; devices: Map<string, DeviceCounters> } | undefined
  let listed = ''
  let whole = new Set<string>()
  return {
    read({ monotonicMs, unavailable }) {
      const all = unavailable.attempt('diskIo', () => parseDiskstats(files.kept(`${roots.proc}/diskstats`)))
      if (!all) {
        before = undefined
        return []
      }
      const names = [...all.keys()].join('\n')
      if (names !== listed) {
        whole = unavailable.attempt('diskIo', () => wholeDevices(roots)) ?? new Set(all.keys())
        listed = names
      }
      const disks = [...all].filter(([name]) => whole.has(name))
      const devices = new Map(disks.slice(0, limits.devicesPerSnapshot))
      if (devices.size < disks.length) {
        unavailable.note('diskIo', `${disks.length} devices, of which the first ${devices.size} are told`)
      }
      const earlier = before
      before = { monotonicMs, devices }
      const elapsedMs = earlier ? monotonicMs - earlier.monotonicMs : 0
      return [...devices].map(([name, counters]) => rates(name, earlier?.devices.get(name), counters, elapsedMs))
    },
  }
}

/** Partitions have no entry of their own in /sys/block; there the kernel writes a slash in a name as `!`. */
function wholeDevices(roots: Roots): Set<string> {
  return new Set(readdirSync(`${roots.sys}/block`).map((name) => name.replaceAll('!', '/')))
}

/** Devices that have ever done anything: 16 unused nbd devices say nothing. */
function parseDiskstats(text: string): Map<string, DeviceCounters> {
  const devices = new Map<string, DeviceCounters>()
  for (const line of text.split('\n')) {
    const [, , name, ...fields] = line.trim().split(/ +/)
    if (name === undefined || fields.length < 10 || notADisk.test(name)) continue
    const [reads = 0, , readSectors = 0, readMs = 0, ...others] = fields.map(Number)
    const [writes = 0, , writtenSectors = 0, writeMs = 0, , busyMs = 0] = others
    if (reads + writes === 0) continue
    const [readBytes, writtenBytes] = [readSectors * sectorBytes, writtenSectors * sectorBytes]
    devices.set(name, { reads, readBytes, readMs, writes, writtenBytes, writeMs, busyMs })
  }
  return devices
}

function rates(
  name: string,
  earlier: DeviceCounters | undefined,
  after: DeviceCounters,
  elapsedMs: number,
): DiskIoSample {
  const before = earlier && isSameDevice(earlier, after) ? earlier : undefined
  return {
    device: clip(name, limits.nameLength),
    ...known({
      readBytesPerSecond: perSecond(before?.readBytes, after.readBytes, elapsedMs),
      writtenBytesPerSecond: perSecond(before?.writtenBytes, after.writtenBytes, elapsedMs),
      readsPerSecond: perSecond(before?.reads, after.reads, elapsedMs),
      writesPerSecond: perSecond(before?.writes, after.writes, elapsedMs),
      readLatencyMs: meanOf(increase(before?.readMs, after.readMs), increase(before?.reads, after.reads)),
      writeLatencyMs: meanOf(increase(before?.writeMs, after.writeMs), increase(before?.writes, after.writes)),
      busyPercent: shareOf(increase(before?.busyMs, after.busyMs), elapsedMs),
    }),
  }
}

/** Another one under the old name has counted less of something: none of its counters goes on from the old ones. */
function isSameDevice(before: DeviceCounters, after: DeviceCounters): boolean {
  const counters = ['reads', 'readBytes', 'writes', 'writtenBytes'] as const
  return counters.every((counter) => after[counter] >= before[counter])
}

function meanOf(totalMs: number | undefined, operations: number | undefined): number | undefined {
  return totalMs === undefined || !operations ? undefined : rounded(totalMs / operations)
}
