import type { HostFacts, Snapshot } from '../../core/snapshot.ts'

/** Reads one host: on Linux by ourselves, elsewhere through libraries. */
export interface Collector {
  /** Everything once. Rates are over the time since the call before; the first has none. */
  collect(options: { intervalMs: number }): Promise<Snapshot>
  /** What doesn't change. May take seconds, and never fails for one fact. */
  facts(): Promise<HostFacts>
  close(): void
}
