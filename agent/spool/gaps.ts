/** Losses that are still to be told. Written down before the loss, and struck out after the telling is durable. */
import * as v from 'valibot'
import { type AgentGap, gapSchema } from '../../core/batch.ts'
import type { SpooledBatch } from './names.ts'

export interface Gaps {
  pending: AgentGap[]
  /** The batch that is being made with the first `told` of `pending` in it: they are struck out when it is there. */
  sealing?: { stream: string; seq: number; told: number }
}

export interface BatchId {
  stream: string
  seq: number
}

const gapsSchema = v.object({
  pending: v.array(gapSchema),
  sealing: v.optional(v.object({ stream: v.string(), seq: v.number(), told: v.number() })),
})

export function encodeGaps(gaps: Gaps): Uint8Array {
  return Buffer.from(JSON.stringify(gaps))
}

/** Throws when the bytes are not ours. */
export function parseGaps(bytes: Uint8Array): Gaps {
  const { pending, sealing } = v.parse(gapsSchema, JSON.parse(Buffer.from(bytes).toString('utf8')))
  return sealing ? { pending, sealing } : { pending }
}

export function gapOf({ stream, seq, fromMs, toMs, snapshots }: SpooledBatch, reason: string): AgentGap {
  return { kind: 'gap', fromMs, toMs, snapshots, reason, lost: { stream, fromSeq: seq, toSeq: seq } }
}

/** With one more; it is joined to one that it continues, so that a long outage is one line. */
export function withGap(gaps: Gaps, gap: AgentGap): Gaps {
  const told = gaps.sealing?.told ?? 0
  const index = gaps.pending.findIndex((other, at) => at >= told && continues(other, gap))
  const known = gaps.pending[index]
  return { ...gaps, pending: known ? gaps.pending.with(index, joined(known, gap)) : [...gaps.pending, gap] }
}

/** What is left to tell when the batch that was being made is there. */
export function afterSealing({ pending, sealing }: Gaps): Gaps {
  return { pending: pending.slice(sealing?.told ?? 0) }
}

/** The gap that tells of this batch. */
export function lossOf(pending: readonly AgentGap[], { stream, seq }: BatchId): AgentGap | undefined {
  return pending.find(({ lost }) => lost?.stream === stream && lost.fromSeq <= seq && seq <= lost.toSeq)
}

function continues(a: AgentGap, b: AgentGap): boolean {
  if (a.reason !== b.reason || a.lost?.stream !== b.lost?.stream) return false
  if (!a.lost || !b.lost) return true
  return a.lost.toSeq + 1 === b.lost.fromSeq || b.lost.toSeq + 1 === a.lost.fromSeq
}

function joined(known: AgentGap, gap: AgentGap): AgentGap {
  const both: AgentGap = {
    ...known,
    fromMs: Math.min(known.fromMs, gap.fromMs),
    toMs: Math.max(known.toMs, gap.toMs),
    snapshots: known.snapshots + gap.snapshots,
  }
  if (!known.lost || !gap.lost) return both
  const fromSeq = Math.min(known.lost.fromSeq, gap.lost.fromSeq)
  return { ...both, lost: { ...known.lost, fromSeq, toSeq: Math.max(known.lost.toSeq, gap.lost.toSeq) } }
}
