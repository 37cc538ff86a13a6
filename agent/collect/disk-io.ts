/** Reads, writes and busy time of whole block devices from /proc/diskstats. Partitions, loop and RAM devices are left out. */
import { readdirSync } from 'node:fs'
import { limits } from '../../core/limits.ts'
import type { DiskIoSample } from '../../core/snapshot.ts'
import { increase, known, percentOf, perSecond } from './counters.ts'
import type { FileReader } from './read-file.ts'
import type { Roots } from './roots.ts'
import { clip, type Unavailable } from './unavailable.ts'

export interface DiskIoReader {
  read(options: { monotonicMs: number; unavailable: Unavailable }): DiskIoSample[]
}

/** Counts since boot. */
interface DeviceCounters {
  reads: number
  readBytes: number
  writes: number
  writtenBytes: number
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
      const all = unavailable.attempt('diskIo', () => parseDiskstats(files.text(`${roots.proc}/diskstats`)))
      if (!all) {
        before = undefined
        return []
      }
      const names = [...all.keys()].join('\n')
      if (names !== listed) {
        whole = unavailable.attempt('diskIo', () => wholeDevices(roots)) ?? new Set(all.keys())
        listed = names
      }
      const devices = new Map([...all].filter(([name]) => whole.has(name)).slice(0, limits.devicesPerSnapshot))
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
    const [reads = 0, , readSectors = 0, , writes = 0, , writtenSectors = 0, , , busyMs = 0] = fields.map(Number)
    if (reads + writes === 0) continue
    const readBytes = readSectors * sectorBytes
    devices.set(name, { reads, readBytes, writes, writtenBytes: writtenSectors * sectorBytes, busyMs })
  }
  return devices
}

function rates(
  name: string,
  before: DeviceCounters | undefined,
  after: DeviceCounters,
  elapsedMs: number,
): DiskIoSample {
  return {
    device: clip(name, limits.nameLength),
    ...known({
      readBytesPerSecond: perSecond(before?.readBytes, after.readBytes, elapsedMs),
      writtenBytesPerSecond: perSecond(before?.writtenBytes, after.writtenBytes, elapsedMs),
      readsPerSecond: perSecond(before?.reads, after.reads, elapsedMs),
      writesPerSecond: perSecond(before?.writes, after.writes, elapsedMs),
      busyPercent: percentOf(increase(before?.busyMs, after.busyMs), elapsedMs),
    }),
  }
}
