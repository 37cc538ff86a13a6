/** An incident, step by step, out of the objects that it was decided by and told with. Reads, and writes nothing. */
import type { Bucket } from '../../adapters/bucket/port.ts'
import { readControl } from '../../adapters/control/control.ts'
import { openShardLog, placeOf, readBlocks } from '../../adapters/history/shard-log.ts'
import type { ListedBlock } from '../../core/log-chain.ts'
import { type StepRow, samplesIn, stepsIn } from '../../core/replay/steps.ts'
import { type Ack, isSilent, type Silence } from '../../core/telling/control.ts'
import { matches } from '../../core/telling/match.ts'
import type { Told } from '../../core/telling/told.ts'
import type { FoundIncident } from './find.ts'
import { type NoticeFound, readNotices } from './notices.ts'

/** An object that was read: whoever asks again finds the same, or another ETag. */
export interface ReadObject {
  key: string
  etag: string
}

export interface Step {
  row: StepRow
  /** Of the run, by its clock. */
  decidedAtMs: number
  block: ReadObject
  /** All rules of that run. */
  rulesHash: string
  policyHash?: string
  /** Of a transition: the samples that it was judged by, as far as the blocks that were read have them. */
  samples: UsedSample[]
}

export interface UsedSample {
  atMs: number
  value: number
  inboxKey?: string
  block?: ReadObject
}

export interface Explained extends FoundIncident {
  steps: Step[]
  notices: NoticeFound[]
  /** As state has it; absent: it was over a week ago, or more. */
  told?: Told
  /** What operators say of it now. */
  acks: Ack[]
  silences: Silence[]
  tags: Readonly<Record<string, string>>
  /** The log begins later than the incident: steps before that are gone. */
  logBeginsMs?: number
}

const minuteMs = 60_000
/** Blocks before the incident that have the samples which it began with. */
const leadMs = 60 * minuteMs
/** A host's clock may be so far ahead. */
const skewMs = 10 * minuteMs

export interface ExplainOptions {
  bucket: Bucket
  nowMs: number
  onProgress(done: { blocks: number; of: number }): void
}

export async function explainIncident(found: FoundIncident, options: ExplainOptions): Promise<Explained> {
  const { bucket, nowMs } = options
  const log = await openShardLog(bucket, found.shard)
  const told = log?.state.telling[found.incident]
  const tags = log?.state.hosts[found.host]?.facts.tags ?? {}
  const overMs = told?.overSinceMs === undefined ? found.overMs : told.overSinceMs + leadMs
  const begin = log ? await placeOf(bucket, log, found.startedAtMs - leadMs - skewMs) : 0
  // Late data may change it long after it was over.
  const isSettled = overMs !== undefined && told?.amended === undefined
  const end = log && isSettled ? await placeOf(bucket, log, overMs) : (log?.blocks.length ?? 0)
  const blocks = log?.blocks.slice(begin, end) ?? []
  const { steps, logBeginsMs } = await readSteps(blocks, found, options)
  const ids = new Set(steps.flatMap(({ row }) => (row.kind === 'telling' ? row.notices : [])))
  const { control } = await readControl(bucket)
  const severity = told?.severity ?? 'warning'
  const subject = { ...found, tags, severity }
  const isCut = begin === 0 && log?.blocks[0]?.name.n !== 1
  return {
    ...found,
    steps,
    notices: await readNotices(bucket, { incident: found.incident, ids, fromMs: found.startedAtMs, nowMs }),
    ...(told ? { told } : {}),
    acks: control.acks.filter((ack) => ack.incident === found.incident && nowMs < ack.untilMs),
    silences: control.silences.filter((one) => isSilent(one, nowMs) && matches(one.match, subject)),
    tags,
    ...(isCut && logBeginsMs !== undefined && logBeginsMs > found.startedAtMs ? { logBeginsMs } : {}),
  }
}

/** Samples kept while the blocks go by: more than any step is judged by. */
const samplesKept = 1_000

async function readSteps(
  blocks: readonly ListedBlock[],
  found: FoundIncident,
  { bucket, onProgress }: ExplainOptions,
): Promise<{ steps: Step[]; logBeginsMs?: number }> {
  const steps: Step[] = []
  const known = new Set<string>()
  const seen = new Map<number, Omit<UsedSample, 'atMs' | 'value'>>()
  let logBeginsMs: number | undefined
  let done = 0
  for await (const { key, etag, block } of readBlocks(bucket, blocks)) {
    const { header, rows } = block
    const object = { key, etag }
    logBeginsMs ??= header.nowMs
    for (const { atMs, inboxKey } of samplesIn(rows, found.host)) seen.set(atMs, { inboxKey, block: object })
    for (const atMs of [...seen.keys()].slice(0, Math.max(0, seen.size - samplesKept))) seen.delete(atMs)
    for (const row of stepsIn(rows, found, known)) {
      const { rulesHash, policyHash, nowMs: decidedAtMs } = header
      const datapoints = row.kind === 'transition' ? (row.datapoints ?? []) : []
      const samples = datapoints.map(([atMs, value]) => ({ atMs, value, ...seen.get(atMs) }))
      const policy = policyHash === undefined ? {} : { policyHash }
      steps.push({ row, decidedAtMs, block: object, rulesHash, ...policy, samples })
    }
    onProgress({ blocks: ++done, of: blocks.length })
  }
  return { steps, ...(logBeginsMs === undefined ? {} : { logBeginsMs }) }
}
