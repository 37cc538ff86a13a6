import type { Clock } from '../../adapters/clock/port.ts'
import type { Collector } from './collector.ts'
import type { Roots } from './roots.ts'
import { openLinuxCollector } from './snapshot.ts'

export interface CollectorOptions {
  clock: Clock
  /** Rows of processes by CPU, and as many by memory. */
  topProcesses: number
  platform?: NodeJS.Platform
  /** Linux only: where /proc, /sys and /etc are. */
  roots?: Roots
}

/** Linux is read by ourselves; every other platform through libraries, which are loaded only there. */
export function openCollector({
  clock,
  topProcesses,
  platform = process.platform,
  roots,
}: CollectorOptions): Collector {
  if (platform === 'linux') return openLinuxCollector({ clock, topProcesses, ...(roots ? { roots } : {}) })
  let opened: Promise<Collector> | undefined
  const portable = () => {
    opened ??= import('./portable.ts').then(({ openPortableCollector }) =>
      openPortableCollector({ clock, topProcesses }),
    )
    return opened
  }
  return {
    collect: async (options) => (await portable()).collect(options),
    facts: async () => (await portable()).facts(),
    close: () => {
      opened?.then(
        (collector) => collector.close(),
        () => undefined,
      )
    },
  }
}
