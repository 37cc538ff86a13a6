/** Refused input is kept, with its reason, under a name made from its key, so that a second run writes the same. */
import type { Bucket } from '../../adapters/bucket/port.ts'
import { sha16 } from '../../core/codec.ts'
import { rejectedPrefix } from '../../core/keys.ts'
import { limits } from '../../core/limits.ts'
import type { RefusedInput } from '../../core/shard/inputs.ts'

/** Bounded: of a host that sends nothing else, the first of a day are kept, and the rest stand in the log with reason. */
export async function keepRejected(bucket: Bucket, refused: readonly RefusedInput[], nowMs: number): Promise<void> {
  for (const [prefix, inputs] of groupByPrefix(refused, nowMs)) {
    const { objects } = await bucket.list(prefix, { limit: limits.rejectedPerHostAndDay })
    const room = Math.max(0, limits.rejectedPerHostAndDay - objects.length)
    for (const input of inputs.slice(0, room)) {
      const body = {
        v: 1,
        key: input.key,
        reason: input.reason,
        rejectedAtMs: nowMs,
        ...(input.body ? { bodyBase64: Buffer.from(input.body).toString('base64') } : {}),
      }
      await bucket.put(`${prefix}${sha16(Buffer.from(input.key))}.json`, Buffer.from(JSON.stringify(body)), {
        ifAbsent: true,
      })
    }
  }
}

function groupByPrefix(refused: readonly RefusedInput[], nowMs: number): Map<string, RefusedInput[]> {
  const groups = new Map<string, RefusedInput[]>()
  for (const input of refused) {
    const prefix = rejectedPrefix(input.host ?? 'unknown', nowMs)
    groups.set(prefix, [...(groups.get(prefix) ?? []), input])
  }
  return groups
}
