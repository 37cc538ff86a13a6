/** evaluate's own heartbeat, one object of the bucket: by it whoever looks knows that somebody watches. */
import * as v from 'valibot'
import { formatDuration } from './view/format.ts'

const schema = v.object({
  v: v.literal(1),
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

/** Throws a `SyntaxError` when it is damaged, or of a newer version. */
export function parseHeartbeat(body: Uint8Array): Heartbeat {
  try {
    return v.parse(schema, JSON.parse(Buffer.from(body).toString('utf8')))
  } catch (cause) {
    throw new SyntaxError(`heartbeat: ${(cause as Error).message}`, { cause })
  }
}

export function isAway({ atMs }: Pick<Heartbeat, 'atMs'>, nowMs: number): boolean {
  return nowMs - atMs > awayAfterMs
}

export function awayWords({ atMs }: Pick<Heartbeat, 'atMs'>, nowMs: number): string {
  return `evaluate last ran ${formatDuration(nowMs - atMs)} ago: no alert is decided, and nobody is told`
}
