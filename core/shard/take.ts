/** One host's new batches: what is taken of them, as rows of the block, and what that makes of the host. */
import type { Batch, BatchRecord, ClockReading } from '../batch.ts'
import { type Change, changesBetween, type Known } from '../change.ts'
import type { InboxName } from '../keys.ts'
import type { Snapshot } from '../snapshot.ts'
import type { BlockRow, TakenBatch } from './block.ts'
import { clockToleranceMs, eventTime, laterReading } from './event-time.ts'
import { withFinding } from './findings.ts'
import type { HostState } from './state.ts'
import { newStream, type StreamState, taken, withLost } from './streams.ts'

export interface NewBatch {
  name: InboxName
  batch: Batch
  clone: boolean
}

export interface TimedSnapshot {
  /** Event time. */
  atMs: number
  snapshot: Snapshot
}

export interface TakenFromHost {
  host: HostState
  rows: BlockRow[]
  /** In the order of event time. */
  samples: TimedSnapshot[]
  saidGoodbyeAtMs?: number
}

export function newHost(nowMs: number, { header }: Batch): HostState {
  return {
    firstSeenMs: nowMs,
    lastArrivalMs: nowMs,
    shipEveryMs: header.shipEveryMs,
    agentVersion: header.agentVersion,
    facts: header.facts,
    streams: {},
    alerts: {},
    reasons: {},
    recent: [],
    findings: [],
  }
}

export function takeBatches(before: HostState, batches: readonly NewBatch[], nowMs: number): TakenFromHost {
  const clocks = readings(before.clock, batches)
  let host: HostState = { ...before, lastArrivalMs: Math.max(before.lastArrivalMs, nowMs), ...readingOf(clocks) }
  const rows: BlockRow[] = []
  const samples: TimedSnapshot[] = []
  let saidGoodbyeAtMs: number | undefined
  const timedBatches = batches.map((one) => ({ ...one, timed: timesOf(one.batch, clocks, nowMs) }))
  const changes = changesOf(before, timedBatches)
  for (const { name, batch, clone, timed } of timedBatches) {
    rows.push(takenBatch(name, batch))
    for (const [index, record] of batch.records.entries()) {
      const atMs = timed[index] ?? nowMs
      rows.push(rowOf(name.host, record, atMs, changes.get(record)))
      if (record.kind === 'snapshot') samples.push({ atMs, snapshot: record })
      if (record.kind === 'goodbye') saidGoodbyeAtMs = Math.max(saidGoodbyeAtMs ?? 0, atMs)
    }
    host = withBatch(host, { name, batch, timed, nowMs })
    if (clone) {
      const text = `batch ${name.seq} of stream ${name.stream} came twice with different content: is this host a copy of another?`
      host = withFinding(host, 'cloned-stream', text, nowMs)
    }
  }
  samples.sort((a, b) => a.atMs - b.atMs)
  host = withSkew(host, samples)
  return { host, rows, samples, ...(saidGoodbyeAtMs === undefined ? {} : { saidGoodbyeAtMs }) }
}

/** One reading a boot, the latest; the newest boot first. */
function readings(known: ClockReading | undefined, batches: readonly NewBatch[]): ClockReading[] {
  const byBoot = new Map<string, ClockReading>()
  for (const reading of [known, ...batches.map(({ batch }) => batch.header.clock)]) {
    const later = reading && laterReading(byBoot.get(reading.bootId), reading)
    if (later) byBoot.set(later.bootId, later)
  }
  return [...byBoot.values()].sort((a, b) => b.storeAtMs - a.storeAtMs)
}

function readingOf([newest]: readonly ClockReading[]): { clock?: ClockReading } {
  return newest ? { clock: newest } : {}
}

function timesOf({ records }: Batch, clocks: readonly ClockReading[], nowMs: number): number[] {
  const snapshots = records.filter((record) => record.kind === 'snapshot')
  const newest = snapshots.at(-1)
  return records.map((record) => {
    if (record.kind === 'snapshot') return eventTime(record, { clocks, newest: newest ?? record, nowMs })
    const observedAtMs = record.kind === 'goodbye' ? record.observedAtMs : record.fromMs
    const shiftMs = newest ? eventTime(newest, { clocks, newest, nowMs }) - newest.observedAtMs : 0
    const time = { observedAtMs: Math.max(0, observedAtMs + shiftMs) }
    return eventTime(time, { clocks: [], newest: time, nowMs })
  })
}

function takenBatch({ host, stream, seq, sha16 }: InboxName, { header }: Batch): TakenBatch {
  const { agentVersion, shipEveryMs, clock, facts } = header
  return { kind: 'batch', host, stream, seq, sha16, agentVersion, shipEveryMs, ...(clock ? { clock } : {}), facts }
}

interface TimedBatch extends NewBatch {
  /** Event time of each record. */
  timed: readonly number[]
}

/** Of each snapshot that is newer than all before it: late ones were followed by what came after them. */
function changesOf(host: HostState, batches: readonly TimedBatch[]): Map<BatchRecord, Change[]> {
  const snapshots = batches.flatMap(({ batch: { header, records }, timed }) =>
    records.flatMap((record, index) =>
      record.kind === 'snapshot' ? [{ record, header, atMs: timed[index] ?? 0 }] : [],
    ),
  )
  snapshots.sort((a, b) => a.atMs - b.atMs)
  const changes = new Map<BatchRecord, Change[]>()
  let known: Known = host
  let newestMs = host.lastEventMs ?? Number.NEGATIVE_INFINITY
  for (const { record, header, atMs } of snapshots) {
    if (atMs <= newestMs) continue
    const facts = { ...known.facts, ...header.facts }
    const next = { facts, agentVersion: header.agentVersion, latest: record }
    changes.set(record, changesBetween(known, next))
    known = next
    newestMs = atMs
  }
  return changes
}

/** A gap is as long as its agent says, within reason. */
const longestGapMs = 400 * 86_400_000

function rowOf(host: string, record: BatchRecord, atMs: number, changes: readonly Change[] = []): BlockRow {
  switch (record.kind) {
    case 'snapshot':
      return { kind: 'sample', host, atMs, snapshot: record, ...(changes.length > 0 ? { changes: [...changes] } : {}) }
    case 'gap': {
      const { fromMs, toMs, snapshots, reason } = record
      return {
        kind: 'gap',
        host,
        fromMs: atMs,
        toMs: atMs + Math.min(longestGapMs, Math.max(0, toMs - fromMs)),
        snapshots,
        reason,
        told: record,
      }
    }
    case 'goodbye':
      return { kind: 'goodbye', host, atMs, observedAtMs: record.observedAtMs }
  }
}

function withBatch(
  host: HostState,
  { name, batch, timed, nowMs }: { name: InboxName; batch: Batch; timed: readonly number[]; nowMs: number },
): HostState {
  const { header, records } = batch
  const eventTimes = timed.filter((_, index) => records[index]?.kind === 'snapshot')
  const stream = taken(host.streams[name.stream] ?? newStream(nowMs), name.seq, name.sha16, nowMs)
  let streams = { ...host.streams, [name.stream]: withEvents(stream, eventTimes) }
  for (const record of records) {
    if (record.kind !== 'gap' || !record.lost) continue
    const { stream: lostStream, fromSeq, toSeq } = record.lost
    streams = { ...streams, [lostStream]: withLost(streams[lostStream] ?? newStream(nowMs), fromSeq, toSeq, nowMs) }
  }
  if (isOlder(host, eventTimes)) return { ...host, streams }
  const { shipEveryMs, agentVersion, facts } = header
  return { ...host, streams, shipEveryMs, agentVersion, facts: { ...host.facts, ...facts } }
}

/** All of the batch was before what is known: an agent that sends what it had left over tells how its host was. */
function isOlder({ lastEventMs, streams }: HostState, eventTimes: readonly number[]): boolean {
  const newestMs = Math.max(lastEventMs ?? 0, ...Object.values(streams).map((stream) => stream.lastEventMs ?? 0))
  return eventTimes.length > 0 && Math.max(...eventTimes) < newestMs
}

function withEvents(stream: StreamState, times: readonly number[]): StreamState {
  if (times.length === 0) return stream
  return {
    ...stream,
    firstEventMs: Math.min(stream.firstEventMs ?? Number.POSITIVE_INFINITY, ...times),
    lastEventMs: Math.max(stream.lastEventMs ?? 0, ...times),
  }
}

/** Skew of the newest sample: what the correction added. */
function withSkew(host: HostState, samples: readonly TimedSnapshot[]): HostState {
  const newest = samples.at(-1)
  if (!newest) return host
  const { skewMs: _, ...rest } = host
  const skewMs = newest.atMs - (newest.snapshot satisfies Snapshot).observedAtMs
  return Math.abs(skewMs) > clockToleranceMs ? { ...rest, skewMs } : rest
}
