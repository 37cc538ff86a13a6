/** What a run found in the inbox, read and checked; and the same again out of a block of the log, for replay. */
import type { Batch, BatchRecord } from '../batch.ts'
import { batchVersion } from '../batch.ts'
import type { InboxName } from '../keys.ts'
import { inboxKey } from '../keys.ts'
import type { Block, TakenBatch } from './block.ts'
import type { FoundControl } from './take-control.ts'

export type ShardInput =
  | { kind: 'batch'; key: string; name: InboxName; batch: Batch }
  /** Bad for good: it goes to rejected/. */
  | RefusedInput
  /** Written by a newer agent: it stays where it is. */
  | { kind: 'waits'; key: string; host: string; reason: string }

export interface RefusedInput {
  kind: 'refused'
  key: string
  /** As far as the key tells. */
  host?: string
  reason: string
  /** Absent: too large to be read. */
  body?: Uint8Array
}

/** What operators said that this block took; `undefined`: nothing new. */
export function controlOfBlock({ rows }: Block): FoundControl | undefined {
  const row = rows.find((one) => one.kind === 'control')
  return row && { etag: row.etag, control: row.control }
}

/** The inputs that made this block, in their order. */
export function inputsOfBlock({ rows }: Block): ShardInput[] {
  const inputs: ShardInput[] = []
  let records: BatchRecord[] = []
  for (const row of rows) {
    switch (row.kind) {
      case 'batch': {
        records = []
        inputs.push(batchInput(row, records))
        break
      }
      case 'sample':
        records.push(row.snapshot)
        break
      case 'gap':
        if (row.told) records.push(row.told)
        break
      case 'goodbye':
        records.push({ kind: 'goodbye', observedAtMs: row.observedAtMs })
        break
      case 'refused':
        inputs.push({
          kind: 'refused',
          key: row.key,
          reason: row.reason,
          ...(row.host === undefined ? {} : { host: row.host }),
        })
        break
      case 'transition':
      case 'control':
      case 'forgotten':
      case 'telling':
      case 'held':
        break
    }
  }
  return inputs
}

function batchInput({ kind, sha16, ...header }: TakenBatch, records: BatchRecord[]): ShardInput {
  const name = { host: header.host, stream: header.stream, seq: header.seq, sha16 }
  return { kind: 'batch', key: inboxKey(name), name, batch: { header: { kind, v: batchVersion, ...header }, records } }
}
