/**
 * Batch: what an agent sends as one inbox object. NDJSON, zstd: a header, then records. A batch stands alone and is
 * immutable; its bytes name it.
 */
import * as v from 'valibot'
import { limits } from './limits.ts'
import { quickCheck } from './quick-check.ts'
import { hostFactsSchema, type Snapshot, snapshotSchema } from './snapshot.ts'

export const batchVersion = 1

const integer = v.pipe(v.number(), v.safeInteger(), v.minValue(0))
const stream = v.pipe(v.string(), v.regex(/^[0-9a-f]{16}$/, 'expected 16 lower-case hex digits'))

/**
 * One reading of the store's clock: when the host had been up for `sinceBootMs`, the store's clock said `storeAtMs`. With a
 * sample's own `sinceBootMs` that gives the sample's true time, however the host's wall clock was set.
 */
const clockReading = v.object({ bootId: v.string(), sinceBootMs: integer, storeAtMs: integer })

export const batchHeaderSchema = v.object({
  kind: v.literal('batch'),
  v: v.literal(batchVersion),
  host: v.pipe(v.string(), v.minLength(1), v.maxLength(limits.hostLength)),
  stream,
  seq: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
  agentVersion: v.pipe(v.string(), v.maxLength(limits.nameLength)),
  /** How often this agent means to send: host-down waits for two of them. */
  shipEveryMs: v.pipe(integer, v.minValue(1)),
  clock: v.optional(clockReading),
  facts: v.optional(hostFactsSchema, {}),
})

/** Snapshots that will never come, told by the agent that lost them. Times are the host's wall clock. */
export const gapSchema = v.object({
  kind: v.literal('gap'),
  fromMs: integer,
  toMs: integer,
  snapshots: integer,
  reason: v.pipe(v.string(), v.maxLength(limits.reasonLength)),
  /** The batches that are gone, so that nobody waits for them. */
  lost: v.optional(v.object({ stream, fromSeq: integer, toSeq: integer })),
})

/** The agent was stopped on purpose: its silence is no outage. */
export const goodbyeSchema = v.object({ kind: v.literal('goodbye'), observedAtMs: integer })

export type BatchHeader = v.InferOutput<typeof batchHeaderSchema>
export type ClockReading = v.InferOutput<typeof clockReading>
export type AgentGap = v.InferOutput<typeof gapSchema>
export type Goodbye = v.InferOutput<typeof goodbyeSchema>
export type BatchRecord = Snapshot | AgentGap | Goodbye

export interface Batch {
  header: BatchHeader
  records: BatchRecord[]
}

export function encodeBatch({ header, records }: Batch): string {
  return [header, ...records].map((line) => `${JSON.stringify(line)}\n`).join('')
}

export type ParsedBatch =
  | { ok: true; batch: Batch }
  /** Written by a newer agent: it waits until a newer function comes. */
  | { ok: false; newer: true; reason: string }
  | { ok: false; newer: false; reason: string }

/** The batch in `text`, or the first thing that is wrong with it: line, field, value and what was expected. */
export function parseBatch(text: string): ParsedBatch {
  const lines = text.split('\n')
  if (lines.at(-1) === '') lines.pop()
  if (isTooDeep(lines[0] ?? '')) return refused(tooDeep(1))
  const header = parseLine(lines[0] ?? '', 1)
  if ('refused' in header) return refused(header.refused)
  const version = (header.value as { v?: unknown } | null)?.v
  if (typeof version === 'number' && version > batchVersion) {
    return { ok: false, newer: true, reason: `schema version ${version}, this function reads up to ${batchVersion}` }
  }
  if (lines.length - 1 > limits.recordsPerBatch) {
    return refused(`${lines.length - 1} records, at most ${limits.recordsPerBatch} are taken`)
  }
  const parsedHeader = v.safeParse(batchHeaderSchema, header.value, { abortEarly: true })
  if (!parsedHeader.success) return refused(`line 1: ${describeIssue(parsedHeader.issues[0])}`)
  const records: BatchRecord[] = []
  for (let index = 1; index < lines.length; index++) {
    const text = lines[index] ?? ''
    const line = parseLine(text, index + 1)
    if ('refused' in line) return refused(line.refused)
    if (isSnapshot(line.value)) {
      records.push(line.value as Snapshot)
      continue
    }
    if (isTooDeep(text)) return refused(tooDeep(index + 1))
    const record = v.safeParse(recordSchema(line.value), line.value, { abortEarly: true })
    if (!record.success) return refused(`line ${index + 1}: ${describeIssue(record.issues[0])}`)
    records.push(record.output as BatchRecord)
  }
  return { ok: true, batch: { header: parsedHeader.output, records } }
}

const isSnapshot = quickCheck(snapshotSchema)
const unknownRecord = v.object({ kind: v.picklist(['snapshot', 'gap', 'goodbye']) })

function recordSchema(value: unknown) {
  switch ((value as { kind?: unknown } | null)?.kind) {
    case 'snapshot':
      return snapshotSchema
    case 'gap':
      return gapSchema
    case 'goodbye':
      return goodbyeSchema
    default:
      return unknownRecord
  }
}

function refused(reason: string): ParsedBatch {
  return { ok: false, newer: false, reason: reason.slice(0, limits.reasonLength) }
}

/**
 * What nests takes many times its text in memory: a line that could take a lot of it is looked through before it is parsed.
 * Shorter ones only if they turn out to be no snapshot, whose depth its schema bounds.
 */
const harmlessLength = 65_536

function parseLine(line: string, number: number): { value: unknown } | { refused: string } {
  if (line.length > harmlessLength && isTooDeep(line)) return { refused: tooDeep(number) }
  try {
    return { value: JSON.parse(line) }
  } catch (error) {
    return { refused: `line ${number}: not JSON: ${(error as Error).message}` }
  }
}

function tooDeep(number: number): string {
  return `line ${number}: nested deeper than ${limits.depth}`
}

const open = 0x5b
const close = 0x5d
/** Brackets and braces differ in this bit alone. */
const braceBit = 0x20

/** Counts brackets, those in strings too: an upper bound, and cheap. */
function isTooDeep(line: string): boolean {
  let depth = 0
  for (let index = 0; index < line.length; index++) {
    const bracket = line.charCodeAt(index) & ~braceBit
    if (bracket === open) {
      if (++depth > limits.depth) return true
    } else if (bracket === close) depth--
  }
  return false
}

function describeIssue(issue: v.BaseIssue<unknown>): string {
  const place = v.getDotPath(issue) ?? 'record'
  return `${place}: ${issue.message}`
}
