/** The bytes of a notice. Fields of a newer writer are kept as they are when the status changes. */
import * as v from 'valibot'
import { aggregations, ops } from '../../core/alerts/rule.ts'
import { ruleMetricIds } from '../../core/alerts/rule-metrics.ts'
import { noticeKey } from '../../core/keys.ts'
import { newerWords, versionIn } from '../../core/newer-version.ts'
import type { NoticeObject } from '../../core/notice.ts'

/** A notice with five processes has 2 kB; what is above this is none of ours. */
export const noticeMaxBytes = 256 * 1024

const timeMs = v.pipe(v.number(), v.safeInteger(), v.minValue(-8.64e15), v.maxValue(8.64e15))
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0))
const amount = v.pipe(v.number(), v.finite())

const processSchema = v.looseObject({
  pid: count,
  name: v.string(),
  user: v.optional(v.string()),
  status: v.optional(v.string()),
  cpuPercent: v.optional(amount),
  rssBytes: v.optional(amount),
  threads: v.optional(count),
  openFiles: v.optional(count),
  startedAtMs: v.optional(timeMs),
})

const severitySchema = v.picklist(['warning', 'critical'])

const metric = v.picklist(ruleMetricIds)

const aboutSchema = v.variant('kind', [
  v.object({ kind: v.literal('threshold'), metric, agg: v.picklist(aggregations), op: v.picklist(ops) }),
  v.object({ kind: v.literal('forecast'), metric, withinMs: count }),
  v.object({ kind: v.literal('absent'), of: v.picklist(['host', 'process', 'all-hosts']) }),
])

const noticeSchema = v.looseObject({
  id: v.pipe(v.string(), v.minLength(1)),
  kind: v.picklist(['firing', 'escalated', 'repeat', 'resolved', 'amended', 'test']),
  shard: v.pipe(v.string(), v.regex(/^(?:all|[0-9a-f]{1,2})$/)),
  receiver: v.string(),
  incident: v.string(),
  host: v.string(),
  rule: v.string(),
  entity: v.string(),
  severity: severitySchema,
  startedAtMs: timeMs,
  atMs: timeMs,
  reason: v.string(),
  value: v.exactOptional(amount),
  threshold: v.exactOptional(amount),
  top: v.exactOptional(v.array(processSchema)),
  severityBefore: v.exactOptional(severitySchema),
  repeat: v.exactOptional(count),
  round: v.exactOptional(count),
  group: v.string(),
  notBeforeMs: v.exactOptional(timeMs),
  groupIntervalMs: count,
  note: v.exactOptional(v.string()),
  runbook: v.exactOptional(v.string()),
  about: v.exactOptional(aboutSchema),
  tags: v.exactOptional(v.record(v.string(), v.string())),
  late: v.exactOptional(
    v.object({
      learnedAtMs: timeMs,
      fired: v.exactOptional(v.union([v.object({ fromMs: timeMs, toMs: timeMs }), v.literal('never')])),
    }),
  ),
  forgotten: v.exactOptional(v.literal(true)),
  gone: v.exactOptional(v.literal(true)),
  flapping: v.exactOptional(v.literal(true)),
  datapoints: v.exactOptional(v.array(v.tuple([timeMs, amount]))),
})

const statusSchema = v.variant('state', [
  v.object({
    state: v.literal('pending'),
    attempts: count,
    notBeforeMs: timeMs,
    lastError: v.exactOptional(v.string()),
    perhapsSent: v.exactOptional(v.literal(true)),
    by: v.exactOptional(v.string()),
  }),
  v.object({ state: v.literal('claimed'), by: v.string(), untilMs: timeMs, attempts: count }),
  v.object({
    state: v.literal('sent'),
    atMs: timeMs,
    messageId: v.string(),
    where: v.string(),
    message: v.exactOptional(v.string()),
    digest: v.exactOptional(v.literal(true)),
  }),
  v.object({ state: v.literal('cancelled'), atMs: timeMs, reason: v.string() }),
  v.object({ state: v.literal('dead'), atMs: timeMs, attempts: count, lastError: v.string() }),
])

const noticeVersion = 1

const objectSchema = v.looseObject({ v: v.literal(noticeVersion), notice: noticeSchema, status: statusSchema })

/** What stands under `key`, or in words why it can't be read: it is damaged, or a newer version wrote it. */
export function parseNotice(key: string, body: Uint8Array): NoticeObject | { unreadable: string } {
  let json: unknown
  try {
    json = JSON.parse(Buffer.from(body).toString('utf8'))
  } catch (error) {
    return { unreadable: `damaged: no JSON: ${(error as Error).message}` }
  }
  const newer = newerWords('notice', versionIn(json), noticeVersion)
  if (newer !== undefined) return { unreadable: newer }
  const parsed = v.safeParse(objectSchema, json)
  if (!parsed.success) {
    const [issue] = parsed.issues
    const place = v.getDotPath(issue) ?? 'the object'
    return { unreadable: `damaged: ${place}: expected ${issue.expected}, found ${issue.received}` }
  }
  if (noticeKey(parsed.output.notice.id) !== key) {
    return { unreadable: `damaged: the notice in it is ${parsed.output.notice.id}` }
  }
  return parsed.output
}

export function encodeNotice(object: NoticeObject): Uint8Array {
  return Buffer.from(JSON.stringify(object))
}
