/**
 * Every key of the bucket, in one place. No key is a folder of another (`x` and `x/y`): some stores refuse that.
 */
import { createHash } from 'node:crypto'
import { hostOfSegment, hostSegment } from './host-segment.ts'
import { startOfUtc, utcDate } from './utc.ts'

export const layoutKey = 'vitals.json'
export const inboxPrefix = 'inbox/v1/'
export const openNoticesPrefix = 'notices/v1/open/'
export const nowPrefix = 'site/now/'
export const reportsPrefix = 'site/reports/'
/** How many reports were asked for just now, by whoever has a link. */
export const reportLimitKey = 'limits/v1/report.json'
/** How often something was silenced or acknowledged by a link just now. */
export const controlLimitKey = 'limits/v1/control.json'
/** What operators say: silences, acknowledgements, forgotten hosts. */
export const controlKey = 'control/v1.json'
/** When evaluate last ran through all shards. */
export const heartbeatKey = 'heartbeat/v1.json'
/** Scratch keys by which a store is asked whether it honours conditional writes. */
export const probePrefix = 'probe/v1/'

/** How many leading hex digits of h4 name a shard. */
const shardDigits = { 1: 0, 16: 1, 256: 2 } as const
export type ShardCount = keyof typeof shardDigits
export const shardCounts = [1, 16, 256] as const

/** `all` when there is one shard, otherwise one or two hex digits. */
export type Shard = string

export function shards(count: ShardCount): Shard[] {
  if (count === 1) return ['all']
  const digits = shardDigits[count]
  return Array.from({ length: count }, (_, index) => index.toString(16).padStart(digits, '0'))
}

export function shardOfHost(host: string, count: ShardCount): Shard {
  return count === 1 ? 'all' : hostHash4(host).slice(0, shardDigits[count])
}

/** First four hex digits of sha256(host): spreads hosts evenly over prefixes. */
export function hostHash4(host: string): string {
  return createHash('sha256').update(host).digest('hex').slice(0, 4)
}

export interface InboxName {
  host: string
  /** 16 hex digits, random, one a process of the agent. */
  stream: string
  /** Counts the batches of a stream from 1. */
  seq: number
  /** First 16 hex digits of sha256 of the object's bytes. */
  sha16: string
}

const inboxPattern = /^inbox\/v1\/([0-9a-f]{4})\/([^/]+)\/([0-9a-f]{16})-([0-9]{12})-([0-9a-f]{16})\.ndjson\.zst$/

export function inboxHostPrefix(host: string): string {
  return `${inboxPrefix}${hostHash4(host)}/${hostSegment(host)}/`
}

export function inboxKey({ host, stream, seq, sha16 }: InboxName): string {
  return `${inboxHostPrefix(host)}${stream}-${String(seq).padStart(12, '0')}-${sha16}.ndjson.zst`
}

/** The name in an inbox key, or why it is none: `h4` is computed again and must agree. */
export function parseInboxKey(key: string): InboxName | { refused: string } {
  const match = inboxPattern.exec(key)
  if (!match) return { refused: 'the key is not inbox/v1/<h4>/<host>/<stream>-<seq12>-<sha16>.ndjson.zst' }
  const [, h4, segment, stream, seqText, sha16] = match as unknown as [string, string, string, string, string, string]
  const host = hostOfSegment(segment)
  if (host === undefined) return { refused: `the host segment ${segment} is not one that an agent writes` }
  if (hostHash4(host) !== h4)
    return { refused: `the prefix is ${h4}, but sha256 of the host begins with ${hostHash4(host)}` }
  const seq = Number(seqText)
  if (seq < 1) return { refused: 'sequence numbers start at 1' }
  return { host, stream, seq, sha16 }
}

/** What comes after every inbox object of the host that wrote `key`: `startAfter` this skips the rest of that host. */
export function afterHostOf(key: string): string {
  return `${key.slice(0, key.lastIndexOf('/') + 1)}~`
}

export function inboxShardPrefix(shard: Shard): string {
  return shard === 'all' ? inboxPrefix : `${inboxPrefix}${shard}`
}

export function stateKey(shard: Shard): string {
  return `state/v1/${shard}.json.zst`
}

/** A committed or abandoned block of the log; `n` counts from 1, `write` and `prev` are write ids of 16 hex digits. */
export interface BlockName {
  shard: Shard
  n: number
  write: string
  prev: string
}

export const noBlock = '0'.repeat(16)
const blockPattern = /^log\/v1\/([0-9a-z]+)\/([0-9]{16})-([0-9a-f]{16})-([0-9a-f]{16})\.ndjson\.zst$/

export function logPrefix(shard: Shard): string {
  return `log/v1/${shard}/`
}

export function blockKey({ shard, n, write, prev }: BlockName): string {
  return `${logPrefix(shard)}${blockNumber(n)}-${write}-${prev}.ndjson.zst`
}

/** Sorts before every block of number `n`, and after every block of a lower one. */
export function beforeBlock(shard: Shard, n: number): string {
  return `${logPrefix(shard)}${blockNumber(n)}-`
}

export function checkpointPrefix(shard: Shard): string {
  return `checkpoints/v1/${shard}/`
}

/** State as block `n` left it. */
export function checkpointKey(shard: Shard, n: number): string {
  return `${checkpointPrefix(shard)}${blockNumber(n)}.json.zst`
}

export function parseCheckpointKey(key: string): { shard: Shard; n: number } | undefined {
  const [, shard, n] = /^checkpoints\/v1\/([0-9a-z]+)\/([0-9]{16})\.json\.zst$/.exec(key) ?? []
  return shard === undefined ? undefined : { shard, n: Number(n) }
}

function blockNumber(n: number): string {
  return String(n).padStart(16, '0')
}

export function parseBlockKey(key: string): BlockName | undefined {
  const match = blockPattern.exec(key)
  if (!match) return undefined
  const [, shard, n, write, prev] = match as unknown as [string, string, string, string, string]
  return { shard, n: Number(n), write, prev }
}

export function noticeKey(noticeId: string): string {
  return `${openNoticesPrefix}${noticeId}.json`
}

export const sentNoticesPrefix = 'notices/v1/done/'

export function sentNoticeKey(noticeId: string, sentAtMs: number): string {
  return `${sentNoticesPrefix}dt=${utcDate(sentAtMs)}/${noticeId}.json`
}

/** Start of the day, UTC, on which the notice at `key` was settled. */
export function parseSentNoticeKey(key: string): { dayMs: number } | undefined {
  return dayOf(/^notices\/v1\/done\/dt=(\d{4}-\d\d-\d\d)\/[^/]+\.json$/, key)
}

/** `reason.json` beside it tells why; the name comes from the content, so that a second run writes the same. */
export function rejectedPrefix(host: string, atMs: number): string {
  return `${allRejectedPrefix}dt=${utcDate(atMs)}/${hostSegment(host)}/`
}

export const allRejectedPrefix = 'rejected/v1/'

/** Start of the day, UTC, on which the input was refused. */
export function parseRejectedKey(key: string): { dayMs: number } | undefined {
  return dayOf(/^rejected\/v1\/dt=(\d{4}-\d\d-\d\d)\/[^/]+\/[^/]+$/, key)
}

/** Whose turn a scheduled report is. */
export function slotKey({ schedule, dueMs }: { schedule: string; dueMs: number }): string {
  return `${slotsPrefix}dt=${utcDate(dueMs)}/${hostSegment(schedule)}-${dueMs}.json`
}

export const slotsPrefix = 'slots/v1/'

/** Start of the day, UTC, on which it was due. */
export function parseSlotKey(key: string): { dayMs: number } | undefined {
  return dayOf(/^slots\/v1\/dt=(\d{4}-\d\d-\d\d)\/[^/]+\.json$/, key)
}

/** `random`: 16 hex digits, so that nobody guesses where a report is. */
export function reportId(madeAtMs: number, random: string): string {
  return `${utcDate(madeAtMs)}-${random}`
}

/** Of a file of a report: the report's id, and the start of the day, UTC, on which it was made. */
export function parseReportKey(key: string): { id: string; dayMs: number } | undefined {
  const [, id, date] = /^site\/reports\/((\d{4}-\d\d-\d\d)-[0-9a-f]{16})\/.+$/.exec(key) ?? []
  const dayMs = startOfUtc(date)
  return id === undefined || dayMs === undefined ? undefined : { id, dayMs }
}

export const dayPrefix = 'site/day/'

/** The last day of the shard's hosts. */
export function dayKey(shard: Shard): string {
  return `${dayPrefix}${shard}.json`
}

export function nowKey(shard: Shard): string {
  return `${nowPrefix}${shard}.json`
}

export const lakeTables = ['samples', 'disks', 'interfaces', 'processes', 'transitions', 'gaps'] as const
export type LakeTable = (typeof lakeTables)[number]

export function lakePrefix(table: LakeTable): string {
  return `lake/${table}/`
}

/** The file of the day, UTC, that `atMs` is in. */
export function lakeKey(table: LakeTable, shard: Shard, atMs: number): string {
  return `${lakePrefix(table)}dt=${utcDate(atMs)}/${shard}.parquet`
}

export interface LakeName {
  table: LakeTable
  shard: Shard
  /** Start of the day, UTC. */
  dayMs: number
}

export function parseLakeKey(key: string): LakeName | undefined {
  const match = /^lake\/([a-z]+)\/dt=([\d-]{10})\/([0-9a-z]+)\.parquet$/.exec(key)
  const [, text, date, shard = ''] = match ?? []
  const table = lakeTables.find((one) => one === text)
  const dayMs = startOfUtc(date)
  return table === undefined || dayMs === undefined ? undefined : { table, shard, dayMs }
}

function dayOf(pattern: RegExp, key: string): { dayMs: number } | undefined {
  const dayMs = startOfUtc(pattern.exec(key)?.[1])
  return dayMs === undefined ? undefined : { dayMs }
}
