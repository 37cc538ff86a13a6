import { beforeAll, describe } from 'vitest'
import { systemClock } from '../../adapters/clock/system.ts'
import { openPortableCollector } from '../../agent/collect/portable.ts'
import { openLinuxCollector } from '../../agent/collect/snapshot.ts'
import { collectorContract } from './collector-contract.ts'
import { valuesOf } from './snapshot-values.ts'

/** No swap, no quota, no sensor, no operation of a disk meanwhile, a file system without inodes: nothing is missing then. */
const mayBeNone = [
  /^memory\.(swapUsedPercent|swap(In|Out)BytesPerSecond|cgroup)/,
  /^cpu\.cgroup/,
  /^cpu\.pressure\.full/,
  /^disks\.(readOnly|inodes)/,
  /^diskIo\.(read|write)LatencyMs/,
  /^interfaces\./,
  /^openFiles\.limit/,
  /^sensors/,
  // Asked for by settings.
  /^processes\.(watches|top\.(watch|pssBytes))/,
  // Of processes of other users they need rights.
  /^processes\.top\.(openFiles|openFilesLimit|readBytesPerSecond|writtenBytesPerSecond)$/,
]

collectorContract('the collector that reads /proc', {
  open: openLinuxCollector,
  mayBeAbsent: (value) => mayBeNone.some((pattern) => pattern.test(value)),
})

describe('on this machine', () => {
  /** What there is to tell here. */
  const told = new Set<string>()
  beforeAll(async () => {
    const collector = openLinuxCollector({ clock: systemClock, topProcesses: 20 })
    for (let taken = 0; taken < 2; taken++) {
      for (const value of valuesOf(await collector.collect({ intervalMs: 60_000 }))) told.add(value)
      await systemClock.sleep(200)
    }
    collector.close()
  })

  collectorContract('the collector of other platforms, by its libraries', {
    open: openPortableCollector,
    mayBeAbsent: (value) => !told.has(value),
  })
})
