import type { Collector, CollectorOptions } from './collector.ts'
import type { Roots } from './roots.ts'
import { openLinuxCollector } from './snapshot.ts'

export interface OpenCollectorOptions extends CollectorOptions {
  platform?: NodeJS.Platform
  /** Linux only: where /proc, /sys and /etc are. */
  roots?: Roots
}

/** Linux is read by ourselves; every other platform through libraries, which are loaded only there. */
export function openCollector({ platform = process.platform, roots, ...options }: OpenCollectorOptions): Collector {
  if (platform === 'linux') return openLinuxCollector({ ...options, ...(roots ? { roots } : {}) })
  let opened: Promise<Collector> | undefined
  const portable = () => {
    opened ??= import('./portable.ts').then(({ openPortableCollector }) => openPortableCollector(options))
    return opened
  }
  return {
    collect: async (moment) => (await portable()).collect(moment),
    facts: async () => (await portable()).facts(),
    close: () => {
      opened?.then(
        (collector) => collector.close(),
        () => undefined,
      )
    },
  }
}
