/** evaluate's own heartbeat, one object of the bucket: by it whoever looks knows that somebody watches. */
import * as v from 'valibot'
import { NewerVersionError, refuseNewer, versionIn } from './newer-version.ts'
import { formatDuration } from './view/format.ts'

const heartbeatVersion = 1

const schema = v.object({
  v: v.literal(heartbeatVersion),
  /** When a run last went through all shards, by the function's clock. */
  atMs: v.pipe(v.number(), v.safeInteger()),
  shards: v.pipe(v.number(), v.safeInteger()),
})

export type Heartbeat = v.InferOutput<typeof schema>

/** Written this often at most: each costs a request. */
export const beatEveryMs = 5 * 60_000
/** An older one: evaluate was, or is, away. */
export const awayAfterMs = 15 * 60_000
export const heartbeatMaxBytes = 4_096

/** Throws a `SyntaxError` when it is damaged; a `NewerVersionError` is one. */
export function parseHeartbeat(body: Uint8Array): Heartbeat {
  try {
    const json: unknown = JSON.parse(Buffer.from(body).toString('utf8'))
    refuseNewer('heartbeat', versionIn(json), heartbeatVersion)
    return v.parse(schema, json)
  } catch (cause) {
    if (cause instanceof NewerVersionError) throw cause
    throw new SyntaxError(`heartbeat: ${(cause as Error).message}`, { cause })
  }
}

export function isAway({ atMs }: Pick<Heartbeat, 'atMs'>, nowMs: number): boolean {
  return nowMs - atMs > awayAfterMs
}

export function awayWords({ atMs }: Pick<Heartbeat, 'atMs'>, nowMs: number): string {
  return `evaluate last ran ${formatDuration(nowMs - atMs)} ago: no alert is decided, and nobody is told`
}
