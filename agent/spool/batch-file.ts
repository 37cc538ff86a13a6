/** A batch as a file of the spool: made once, and sent as it is. */
import { type AgentGap, type BatchHeader, batchVersion } from '../../core/batch.ts'
import { batchText, packBatch, unpackBatch } from '../../core/batch-bytes.ts'
import { sha16 } from '../../core/codec.ts'
import { inboxKey } from '../../core/keys.ts'
import { batchName, type SpooledBatch } from './names.ts'
import { type Segment, timesOf } from './segment.ts'

/** What the header of a batch says of its host at the moment of sealing. */
export type HeaderFacts = Omit<BatchHeader, 'kind' | 'v' | 'stream' | 'seq'>

/** What goes to the inbox. */
export interface BatchFile {
  key: string
  body: Uint8Array
}

/** A batch that was just made, and what its file has. */
export interface MadeBatch {
  entry: SpooledBatch
  body: Uint8Array
}

/** `told`: the losses that this batch carries. */
export function makeBatchFile(
  { stream, seq, records }: Segment,
  { facts, told }: { facts: HeaderFacts; told: readonly AgentGap[] },
): MadeBatch {
  const header: BatchHeader = { kind: 'batch', v: batchVersion, stream, seq, ...facts }
  const body = packBatch({ header, records: [...told, ...records] })
  const times = timesOf(records)
  const goodbyeMs = records.find((record) => record.kind === 'goodbye')?.observedAtMs ?? 0
  const parts = {
    stream,
    seq,
    sha16: sha16(body),
    fromMs: times.length > 0 ? Math.min(...times) : Math.trunc(goodbyeMs),
    toMs: times.length > 0 ? Math.max(...times) : Math.trunc(goodbyeMs),
    snapshots: times.length,
  }
  return { entry: { name: batchName(parts), ...parts, sizeBytes: body.byteLength }, body }
}

/** Undefined when the bytes are not what the name says. */
export function openBatchFile({ stream, seq, sha16: expected }: SpooledBatch, body: Uint8Array): BatchFile | undefined {
  if (sha16(body) !== expected) return undefined
  try {
    const text = batchText(body)
    const { host } = JSON.parse(text.slice(0, text.indexOf('\n'))) as BatchHeader
    return { key: inboxKey({ host, stream, seq, sha16: expected }), body }
  } catch {
    return undefined
  }
}

/** What the batch tells of earlier losses: when it is dropped, they must not go with it. A damaged one tells nothing. */
export function gapsInside(body: Uint8Array): AgentGap[] {
  const parsed = unpackBatch(body)
  return parsed.ok ? parsed.batch.records.filter((record) => record.kind === 'gap') : []
}
