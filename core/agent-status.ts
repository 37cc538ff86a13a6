/**
 * What an agent says of itself on its own host: `agent-status.json` in the data directory, for who looks there. A view: the
 * spool is the truth. Times are milliseconds UTC by the host's wall clock.
 */
import * as v from 'valibot'
import { limits } from './limits.ts'

export const agentStatusName = 'agent-status.json'
export const agentStatusVersion = 1
/** Larger than any agent writes: 64 reasons of what could not be read, and as many alerts. */
export const agentStatusMaxBytes = 256 * 1024

const timeMs = v.pipe(v.number(), v.safeInteger(), v.minValue(0))
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0))
const number = v.pipe(v.number(), v.finite())
const text = v.pipe(v.string(), v.maxLength(2 * limits.pathLength))

/** The main values of the last snapshot, as it has them. */
const lastSnapshot = v.object({
  atMs: timeMs,
  cpuPercent: v.optional(number),
  memoryPercent: v.optional(number),
  load1: v.optional(number),
  fullestDisk: v.optional(v.object({ mount: text, usedPercent: number })),
  processes: v.optional(count),
  collectCpuMs: v.optional(number),
  rssBytes: v.optional(count),
  /** What could not be read -> why. */
  unavailable: v.record(text, text),
})

/** A local threshold that is crossed now, or what a check of the host's owner finds: that has a message. */
const alert = v.object({
  rule: text,
  entity: text,
  value: v.optional(number),
  threshold: v.optional(number),
  message: v.optional(text),
  sinceMs: timeMs,
})

const failure = v.object({
  atMs: timeMs,
  /** In a row. */
  failures: count,
  reason: text,
  nextTryAtMs: timeMs,
})

const statusSchema = v.object({
  v: v.literal(agentStatusVersion),
  pid: count,
  version: text,
  host: text,
  bucket: text,
  intervalMs: v.pipe(count, v.minValue(1)),
  startedAtMs: timeMs,
  writtenAtMs: timeMs,
  /** It was told to stop, and did. */
  stoppedAtMs: v.optional(timeMs),
  snapshot: v.optional(lastSnapshot),
  alerts: v.array(alert),
  push: v.object({
    /** Of this process; absent: none yet. */
    lastAtMs: v.optional(timeMs),
    batches: count,
    /** The store's clock less the host's. */
    clockOffsetMs: v.optional(v.pipe(v.number(), v.safeInteger())),
    /** The last one; it is over when a push came later. */
    failure: v.optional(failure),
  }),
  /** `memory`: the disk takes nothing, a crash loses what waits. */
  spool: v.object({
    batches: count,
    bytes: count,
    state: v.picklist(['disk', 'memory']),
    droppedBatches: count,
    droppedSnapshots: count,
  }),
})

export type AgentStatus = v.InferOutput<typeof statusSchema>

/** The bucket has taken nothing since the last failure. */
export function isPushFailing({ push: { lastAtMs = -1, failure } }: AgentStatus): boolean {
  return failure !== undefined && failure.atMs >= lastAtMs
}

/** `problem`: what is wrong with it, for people. */
export function parseAgentStatus(body: string): { ok: true; status: AgentStatus } | { ok: false; problem: string } {
  let value: unknown
  try {
    value = JSON.parse(body)
  } catch (error) {
    return { ok: false, problem: `not JSON: ${(error as Error).message}` }
  }
  const version = (value as { v?: unknown } | null)?.v
  if (typeof version === 'number' && version > agentStatusVersion) {
    return { ok: false, problem: `version ${version}, this command knows up to ${agentStatusVersion}: update it` }
  }
  const parsed = v.safeParse(statusSchema, value)
  if (parsed.success) return { ok: true, status: parsed.output }
  const [issue] = parsed.issues
  return { ok: false, problem: `not what an agent writes: ${v.getDotPath(issue) ?? 'the whole'}: ${issue.message}` }
}
