/**
 * Watermarks: which batches of a stream were taken. Everything up to `highest` was, except what `missing` lists.
 *
 * Batch 6 may come before 5, and a spool is drained newest first, so holes are normal; they are told as gaps only when the
 * stream has ended or waited long, and a batch that comes after that is still taken.
 */
import { limits } from '../limits.ts'

export interface StreamState {
  highest: number
  missing: MissingRange[]
  /** The last batches taken, by which a clone is told from a duplicate. */
  hashes: [seq: number, sha16: string][]
  firstArrivalMs: number
  lastArrivalMs: number
  /** Event time of its first and last snapshot. */
  firstEventMs?: number
  lastEventMs?: number
}

/** Sequence numbers from `from` to `to`, both inside. */
export interface MissingRange {
  from: number
  to: number
  sinceMs: number
  /** A gap record was written for it. */
  told: boolean
}

export type Taking =
  | { take: 'first' }
  /** Same number, other content: two machines write one stream. Both are kept. */
  | { take: 'clone' }
  | { take: 'no'; reason: 'duplicate' }
  /** Taking it would split the missing ranges past their bound: it stays in the inbox. */
  | { take: 'later' }

export function newStream(nowMs: number): StreamState {
  return { highest: 0, missing: [], hashes: [], firstArrivalMs: nowMs, lastArrivalMs: nowMs }
}

/** May this batch be taken? Changes nothing. */
export function mayTake(stream: StreamState, seq: number, sha16: string): Taking {
  if (seq > stream.highest || rangeOf(stream, seq)) {
    return stream.missing.length < limits.missingRangesPerStream || fitsWithoutSplit(stream, seq)
      ? { take: 'first' }
      : { take: 'later' }
  }
  const known = stream.hashes.filter(([taken]) => taken === seq)
  if (known.length > 0 && known.every(([, hash]) => hash !== sha16)) return { take: 'clone' }
  return { take: 'no', reason: 'duplicate' }
}

/** The stream after taking the batch. */
export function taken(stream: StreamState, seq: number, sha16: string, nowMs: number): StreamState {
  return {
    ...stream,
    highest: Math.max(stream.highest, seq),
    missing: missingAfter(stream, seq, nowMs),
    hashes: [...stream.hashes, [seq, sha16] satisfies [number, string]].slice(-limits.hashesPerStream),
    lastArrivalMs: nowMs,
  }
}

/**
 * The stream after its agent said that it lost these batches: nobody waits for them, and the gap is told already. One that
 * comes after all (its put had taken effect, and only the answer was lost) is still taken.
 */
export function withLost(stream: StreamState, fromSeq: number, toSeq: number, nowMs: number): StreamState {
  const reached = toSeq > stream.highest ? grown(stream, toSeq, nowMs) : stream
  const missing = reached.missing.flatMap((range) => {
    const from = Math.max(range.from, fromSeq)
    const to = Math.min(range.to, toSeq)
    return from > to ? [range] : [...cut(range, from, to), { ...range, from, to, told: true }]
  })
  return { ...reached, missing }
}

/** Missing ranges to be told now: those of a stream that has ended, and those that waited long enough. */
export function overdue(
  stream: StreamState,
  { nowMs, ended, afterMs }: { nowMs: number; ended: boolean; afterMs: number },
): MissingRange[] {
  return stream.missing.filter((range) => !range.told && (ended || nowMs - range.sinceMs >= afterMs))
}

export function withTold(stream: StreamState, told: readonly MissingRange[]): StreamState {
  if (told.length === 0) return stream
  return {
    ...stream,
    missing: stream.missing.map((range) => (told.includes(range) ? { ...range, told: true } : range)),
  }
}

function rangeOf(stream: StreamState, seq: number): MissingRange | undefined {
  return stream.missing.find(({ from, to }) => from <= seq && seq <= to)
}

function fitsWithoutSplit(stream: StreamState, seq: number): boolean {
  if (seq > stream.highest) return seq === stream.highest + 1
  const range = rangeOf(stream, seq)
  return range !== undefined && (range.from === seq || range.to === seq)
}

function missingAfter(stream: StreamState, seq: number, nowMs: number): MissingRange[] {
  if (seq > stream.highest) return grown(stream, seq, nowMs).missing.flatMap((range) => cut(range, seq, seq))
  return stream.missing.flatMap((range) => cut(range, seq, seq))
}

/** `highest` raised to `seq`, with everything new missing. */
function grown(stream: StreamState, seq: number, nowMs: number): StreamState {
  const range = { from: stream.highest + 1, to: seq, sinceMs: nowMs, told: false }
  return { ...stream, highest: seq, missing: [...stream.missing, range] }
}

/** What is left of a range without [from, to]. */
function cut(range: MissingRange, from: number, to: number): MissingRange[] {
  if (to < range.from || range.to < from) return [range]
  const left = from > range.from ? [{ ...range, to: from - 1 }] : []
  const right = to < range.to ? [{ ...range, from: to + 1 }] : []
  return [...left, ...right]
}
