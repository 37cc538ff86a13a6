/** What is held while the disk takes nothing has a bound: the oldest goes, and is told when the disk takes something again. */
import { type Gaps, withGap } from './gaps.ts'
import { type Segment, timesOf } from './segment.ts'

export interface Held {
  /** Oldest first. */
  closed: Segment[]
  open: Segment
  gaps: Gaps
}

const reason = 'the spool could not be written'

/** The oldest closed segment whole, or the oldest record of the open one; nothing within the bound. */
export function forgetOldest({ closed, open, gaps }: Held, maxRecords: number): Held {
  const held = closed.reduce((sum, { records }) => sum + records.length, open.records.length)
  if (held <= maxRecords) return { closed, open, gaps }
  const [oldest, ...newer] = closed
  if (!oldest) {
    const [first, ...rest] = open.records
    return { closed, open: { ...open, records: rest }, gaps: withLost(gaps, first ? [first] : []) }
  }
  const { stream, seq, records } = oldest
  return { closed: newer, open, gaps: withLost(gaps, records, { stream, fromSeq: seq, toSeq: seq }) }
}

function withLost(gaps: Gaps, records: Segment['records'], lost?: { stream: string; fromSeq: number; toSeq: number }) {
  const told = records.filter((record) => record.kind === 'gap').reduce(withGap, gaps)
  const times = timesOf(records)
  if (times.length === 0) return told
  const span = { fromMs: Math.min(...times), toMs: Math.max(...times), snapshots: times.length }
  return withGap(told, { kind: 'gap', ...span, reason, ...(lost ? { lost } : {}) })
}
