/**
 * What is held while the disk takes nothing has a bound: the oldest goes. The loss of what was in memory alone is told by
 * the next batch, as a record of it; of what a file may have, when the disk takes the loss first.
 */
import { type Gaps, withGap } from './gaps.ts'
import { type Segment, timesOf } from './segment.ts'

export interface Held {
  /** Oldest first. */
  closed: Segment[]
  open: Segment
  gaps: Gaps
}

const reason = 'the spool could not be written'

/** The oldest closed segments whole, or the oldest records of the open one; nothing within the bound. */
export function forgetOldest(held: Held, maxRecords: number): Held {
  let kept = held
  while (recordsIn(kept) > maxRecords) kept = withoutOldest(kept)
  return kept
}

function recordsIn({ closed, open }: Held): number {
  return closed.reduce((sum, { records }) => sum + records.length, open.records.length)
}

function withoutOldest({ closed, open, gaps }: Held): Held {
  const [oldest, ...newer] = closed
  if (!oldest) {
    const [first, ...rest] = open.records
    return { closed, open: { ...open, records: rest }, gaps: withLost(gaps, first ? [first] : []) }
  }
  const { stream, seq, records, batch, mayStand } = oldest
  const lost = { stream, fromSeq: seq, toSeq: seq }
  if (!batch || mayStand) return { closed: newer, open, gaps: withLost(gaps, records, lost) }
  const { pending } = withLost({ pending: open.records.filter((record) => record.kind === 'gap') }, records, lost)
  const others = open.records.filter((record) => record.kind !== 'gap')
  return { closed: newer, open: { ...open, records: [...pending, ...others], isOnDisk: false }, gaps }
}

function withLost(gaps: Gaps, records: Segment['records'], lost?: { stream: string; fromSeq: number; toSeq: number }) {
  const told = records.filter((record) => record.kind === 'gap').reduce(withGap, gaps)
  const times = timesOf(records)
  if (times.length === 0) return told
  const span = { fromMs: Math.min(...times), toMs: Math.max(...times), snapshots: times.length }
  return withGap(told, { kind: 'gap', ...span, reason, ...(lost ? { lost } : {}) })
}
