import type { Clock } from '../../adapters/clock/port.ts'
import type { HostFacts, Snapshot } from '../../core/snapshot.ts'

/** Reads one host: on Linux by ourselves, elsewhere through libraries. */
export interface Collector {
  /** Everything once. Rates are over the time since the call before; the first has none. */
  collect(options: { intervalMs: number }): Promise<Snapshot>
  /** What doesn't change. May take seconds, and never fails for one fact. */
  facts(): Promise<HostFacts>
  close(): void
}

/** What every collector is told. */
export interface CollectorOptions {
  clock: Clock
  /** Rows of processes by CPU, and as many by memory. */
  topProcesses: number
  /** Rows by open files; absent or 0: none, and files are counted for rows only. */
  topOpenFiles?: number
  /** Watch expressions: these processes are always told, counted, and their births and deaths are events. */
  watches?: readonly string[]
  /** Rows have their proportional memory. */
  pss?: boolean
  /** Temperatures are read; absent: they are. */
  sensors?: boolean
}
