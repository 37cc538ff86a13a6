/** Figures of one run, gathered: a value for each, whichever shards told it and however often. */
import { figures as described, type FigureName, type FunctionName } from '../../core/figures.ts'
import type { Figures } from './port.ts'

export interface CollectedFigures extends Figures {
  /** What was told since the last time. What a run may count and did not is 0; how it stands is absent where nobody told. */
  take(): Partial<Record<FigureName, number>>
}

export function collectFigures(of: FunctionName): CollectedFigures {
  const counts = new Map<FigureName, number>()
  const gauges = new Map<FigureName, Map<string, number>>()
  return {
    count: (name, more) => void counts.set(name, (counts.get(name) ?? 0) + more),
    gauge: (name, shard, value) => {
      const byShard = gauges.get(name) ?? new Map<string, number>()
      gauges.set(name, byShard.set(shard, value))
    },
    take: () => {
      const taken: Partial<Record<FigureName, number>> = {}
      for (const name of Object.keys(described) as FigureName[]) {
        const { is, of: owner } = described[name]
        if (owner !== of) continue
        if (is === 'count') taken[name] = counts.get(name) ?? 0
        else if (gauges.has(name)) taken[name] = together[is]([...(gauges.get(name)?.values() ?? [])])
      }
      counts.clear()
      gauges.clear()
      return taken
    },
  }
}

const together: Record<'sum' | 'max' | 'min', (values: number[]) => number> = {
  sum: (values) => values.reduce((sum, value) => sum + value, 0),
  max: (values) => Math.max(...values),
  min: (values) => Math.min(...values),
}
