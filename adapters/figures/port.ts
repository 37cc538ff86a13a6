import type { CountName, GaugeName } from '../../core/figures.ts'

/** Where functions tell how they fare (`core/figures.ts`). Never throws, and costs no request. */
export interface Figures {
  /** So many more, in this run. */
  count(name: CountName, more: number): void
  /** How it stands now, in one shard; `allShards` where it has none. What was told of it before is over. */
  gauge(name: GaugeName, shard: string, value: number): void
}

export const allShards = 'all shards'

/** Where nobody asks. */
export const noFigures: Figures = { count: () => {}, gauge: () => {} }
