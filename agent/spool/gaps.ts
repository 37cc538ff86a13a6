/** Losses that are still to be told. Written down before the loss, and struck out after the telling is durable. */
import * as v from 'valibot'
import { type AgentGap, gapSchema } from '../../core/batch.ts'

export interface Gaps {
  pending: AgentGap[]
  /** The batch that is being made with all of `pending` in it. */
  sealing?: { stream: string; seq: number }
}

const gapsSchema = v.object({
  pending: v.array(gapSchema),
  sealing: v.optional(v.object({ stream: v.string(), seq: v.number() })),
})

export function encodeGaps(gaps: Gaps): Uint8Array {
  return Buffer.from(JSON.stringify(gaps))
}

/** Throws when the bytes are not ours. */
export function parseGaps(bytes: Uint8Array): Gaps {
  const { pending, sealing } = v.parse(gapsSchema, JSON.parse(Buffer.from(bytes).toString('utf8')))
  return sealing ? { pending, sealing } : { pending }
}

/** With one more; it is joined to one that it continues, so that a long outage is one line. */
export function withGap(pending: readonly AgentGap[], gap: AgentGap): AgentGap[] {
  const index = pending.findIndex((other) => continues(other, gap))
  const known = pending[index]
  if (!known) return [...pending, gap]
  const joined: AgentGap = {
    ...known,
    fromMs: Math.min(known.fromMs, gap.fromMs),
    toMs: Math.max(known.toMs, gap.toMs),
    snapshots: known.snapshots + gap.snapshots,
  }
  if (known.lost && gap.lost) {
    joined.lost = {
      stream: known.lost.stream,
      fromSeq: Math.min(known.lost.fromSeq, gap.lost.fromSeq),
      toSeq: Math.max(known.lost.toSeq, gap.lost.toSeq),
    }
  }
  return pending.with(index, joined)
}

export function isLost(pending: readonly AgentGap[], { stream, seq }: { stream: string; seq: number }): boolean {
  return pending.some(({ lost }) => lost?.stream === stream && lost.fromSeq <= seq && seq <= lost.toSeq)
}

function continues(a: AgentGap, b: AgentGap): boolean {
  if (a.reason !== b.reason || a.lost?.stream !== b.lost?.stream) return false
  if (!a.lost || !b.lost) return true
  return a.lost.toSeq + 1 === b.lost.fromSeq || b.lost.toSeq + 1 === a.lost.fromSeq
}
