import { describe, expect, it } from 'vitest'
import { forgetOldest } from '../../../../agent/spool/memory-bound.ts'
import type { SpooledBatch } from '../../../../agent/spool/names.ts'
import type { Segment } from '../../../../agent/spool/segment.ts'
import type { AgentGap, BatchRecord } from '../../../../core/batch.ts'
import { makeSnapshot, startMs } from '../../../make.ts'

const stream = 'a'.repeat(16)
const earlier: AgentGap = { kind: 'gap', fromMs: 1, toMs: 2, snapshots: 9, reason: 'the spool was full' }
const reason = 'the spool could not be written'

function segment(seq: number, records: BatchRecord[]): Segment {
  return { stream, seq, records, isDamaged: false, mayStand: false, isOnDisk: true }
}

function at(second: number) {
  return makeSnapshot({ atMs: startMs + second * 1_000 })
}

describe('forgetOldest', () => {
  it('forgets nothing within the bound', () => {
    const held = { closed: [segment(1, [at(0)])], open: segment(2, [at(1)]), gaps: { pending: [] } }
    expect(forgetOldest(held, 2)).toEqual(held)
  })

  it('forgets the oldest closed segment whole, so that nobody waits for its number', () => {
    const newer = segment(2, [at(2)])
    const closed = [segment(1, [at(0), at(1)]), newer]
    const lost = { stream, fromSeq: 1, toSeq: 1 }
    expect(forgetOldest({ closed, open: segment(3, []), gaps: { pending: [] } }, 2)).toEqual({
      closed: [newer],
      open: segment(3, []),
      gaps: { pending: [{ kind: 'gap', fromMs: startMs, toMs: startMs + 1_000, snapshots: 2, reason, lost }] },
    })
  })

  it('tells the loss of what was in memory alone in the next batch, joined to the loss before', () => {
    const batch = { entry: { name: 'a batch' } as SpooledBatch, body: new Uint8Array() }
    const closed = [1, 2, 3].map((seq) => ({ ...segment(seq, [at(seq)]), isOnDisk: false, batch }))
    const open = segment(4, [at(4)])
    const lost = { stream, fromSeq: 1, toSeq: 2 }
    const gap = { kind: 'gap', fromMs: startMs + 1_000, toMs: startMs + 2_000, snapshots: 2, reason, lost }
    expect(forgetOldest({ closed, open, gaps: { pending: [] } }, 3)).toEqual({
      closed: closed.slice(2),
      open: { ...open, records: [gap, at(4)], isOnDisk: false },
      gaps: { pending: [] },
    })
  })

  it('forgets the oldest record of the open segment when there is no closed one', () => {
    const held = { closed: [], open: segment(1, [at(0), at(1)]), gaps: { pending: [] } }
    expect(forgetOldest(held, 1)).toEqual({
      closed: [],
      open: segment(1, [at(1)]),
      gaps: { pending: [{ kind: 'gap', fromMs: startMs, toMs: startMs, snapshots: 1, reason }] },
    })
  })

  it('keeps an earlier loss that a forgotten segment was to tell', () => {
    const closed = [segment(1, [earlier, at(0)])]
    const { gaps } = forgetOldest({ closed, open: segment(2, [at(1)]), gaps: { pending: [] } }, 2)
    expect(gaps.pending).toEqual([earlier, expect.objectContaining({ reason, snapshots: 1 })])
  })
})
