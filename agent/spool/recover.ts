/** What the process before this one left in the spool, put right. */
import type { Log } from '../../adapters/log/port.ts'
import type { BatchRecord } from '../../core/batch.ts'
import type { Segment } from './batch-file.ts'
import { encodeGaps, type Gaps, isLost, parseGaps } from './gaps.ts'
import { gapsName, parseBatchName, parseSegmentName, type SpooledBatch } from './names.ts'
import type { SpoolStorage } from './storage.ts'

export interface Recovered {
  gaps: Gaps
  batches: SpooledBatch[]
  segments: Segment[]
}

/** Foreign and damaged files are put aside, and told. */
export async function recover({ storage, log }: { storage: SpoolStorage; log: Log }): Promise<Recovered> {
  const files = await storage.list()
  const aside = async (name: string, reason: string) => {
    log.warn('a file in the spool is not usable and was put aside', { path: `${storage.path}/${name}`, reason })
    await storage.moveAside(name)
  }
  let batches = files.flatMap(({ name, sizeBytes }) => parseBatchName(name, sizeBytes) ?? [])
  const has = ({ stream, seq }: { stream: string; seq: number }) =>
    batches.some((batch) => batch.stream === stream && batch.seq === seq)
  let gaps: Gaps = { pending: [] }
  const segments: Segment[] = []
  for (const { name } of files) {
    const segment = parseSegmentName(name)
    if (name === gapsName) {
      try {
        gaps = parseGaps(await storage.read(name))
      } catch (error) {
        await aside(name, `expected the losses still to be told: ${(error as Error).message}`)
      }
    } else if (segment && has(segment)) {
      // Sealed; only its removal was not reached.
      await storage.remove(name)
    } else if (segment) {
      const { records, torn } = readSegment(await storage.read(name))
      if (torn > 0)
        log.warn('the last record in the spool was not written to its end', { path: storage.path, bytes: torn })
      if (records.length > 0) segments.push({ ...segment, records })
      else await storage.remove(name)
    } else if (!parseBatchName(name, 0)) {
      await aside(name, 'no name that the spool gives')
    }
  }
  // Told already, in a batch that was written; or not, and then it still is to be.
  if (gaps.sealing) {
    gaps = has(gaps.sealing) ? { pending: [] } : { pending: gaps.pending }
    await storage.write(gapsName, encodeGaps(gaps))
  }
  for (const batch of batches.filter((one) => isLost(gaps.pending, one))) {
    // Its loss is written down; only its removal was not reached.
    await storage.remove(batch.name)
    batches = batches.filter((other) => other !== batch)
  }
  return { gaps, batches: batches.sort((a, b) => a.toMs - b.toMs || a.seq - b.seq), segments }
}

/** Lines as far as they are whole. */
function readSegment(bytes: Uint8Array): { records: BatchRecord[]; torn: number } {
  const text = Buffer.from(bytes).toString('utf8')
  const end = text.lastIndexOf('\n') + 1
  const records: BatchRecord[] = []
  for (const line of text.slice(0, end).split('\n')) {
    if (line === '') continue
    try {
      records.push(JSON.parse(line) as BatchRecord)
    } catch {
      return { records, torn: bytes.byteLength }
    }
  }
  return { records, torn: text.length - end }
}
