/** A batch as a file of the spool: made once, and sent as it is. */
import {
  type AgentGap,
  type BatchHeader,
  type BatchRecord,
  batchVersion,
  encodeBatch,
  parseBatch,
} from '../../core/batch.ts'
import { pack, sha16, unpack } from '../../core/codec.ts'
import { inboxKey } from '../../core/keys.ts'
import { limits } from '../../core/limits.ts'
import { batchName, type SpooledBatch } from './names.ts'
import type { SpoolStorage } from './storage.ts'

/** What the header of a batch says of its host at the moment of sealing. */
export type HeaderFacts = Omit<BatchHeader, 'kind' | 'v' | 'stream' | 'seq'>

export interface Segment {
  stream: string
  seq: number
  records: BatchRecord[]
}

export function makeBatchFile(
  { stream, seq, records }: Segment,
  facts: HeaderFacts,
): { entry: SpooledBatch; body: Uint8Array } {
  const body = pack(encodeBatch({ header: { kind: 'batch', v: batchVersion, stream, seq, ...facts }, records }))
  const times = records.flatMap((record) => (record.kind === 'snapshot' ? [record.observedAtMs] : []))
  const atMs = records.flatMap((record) => (record.kind === 'goodbye' ? [record.observedAtMs] : []))[0] ?? 0
  const parts = {
    stream,
    seq,
    sha16: sha16(body),
    fromMs: Math.trunc(times.length > 0 ? Math.min(...times) : atMs),
    toMs: Math.trunc(times.length > 0 ? Math.max(...times) : atMs),
    snapshots: times.length,
  }
  return { entry: { name: batchName(parts), ...parts, sizeBytes: body.byteLength }, body }
}

/** The name in the inbox, and the bytes. Throws when the file is damaged. */
export async function readBatchFile(
  storage: SpoolStorage,
  batch: SpooledBatch,
): Promise<{ key: string; body: Uint8Array }> {
  const body = await storage.read(batch.name)
  if (sha16(body) !== batch.sha16) throw new Error('its content is not what its name says')
  const text = unpack(body, limits.batchBytes)
  const { host } = JSON.parse(text.slice(0, text.indexOf('\n'))) as BatchHeader
  return { key: inboxKey({ host, stream: batch.stream, seq: batch.seq, sha16: batch.sha16 }), body }
}

/** A batch that is dropped may itself tell of earlier losses: they must not go with it. */
export async function gapsInside(storage: SpoolStorage, batch: SpooledBatch): Promise<AgentGap[]> {
  try {
    const parsed = parseBatch(unpack(await storage.read(batch.name), limits.batchBytes))
    return parsed.ok ? parsed.batch.records.filter((record) => record.kind === 'gap') : []
  } catch {
    return []
  }
}
