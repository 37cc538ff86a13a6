/**
 * Reports on demand cost requests and time, and whoever has the link can ask: so many a time, all that ask together. The
 * count is one object of the bucket that changes under a condition, so that functions side by side count as one.
 */
import { type Bucket, BucketError } from '../../adapters/bucket/port.ts'
import type { Clock } from '../../adapters/clock/port.ts'
import { reportLimitKey } from '../../core/keys.ts'
import type { MakeReport } from './report-request.ts'

export const reportLimit = { most: 6, withinMs: 600_000 } as const
/** Others are counted at the same moment. */
const tries = 5
const contendedMs = 5_000

/** Asked too often it answers how long to wait, and makes none. One that fails counts as well: it has cost the same. */
export function limitReports({
  bucket,
  clock,
  make,
}: {
  bucket: Bucket
  clock: Pick<Clock, 'now'>
  make: MakeReport
}): MakeReport {
  return async (hours) => {
    const waitMs = await takeTurn(bucket, clock.now())
    return waitMs > 0 ? { waitMs } : make(hours)
  }
}

async function takeTurn(bucket: Bucket, nowMs: number): Promise<number> {
  for (let attempt = 0; attempt < tries; attempt++) {
    const current = await bucket.get(reportLimitKey, { maxBytes: 64 * 1024 })
    const counted = turnsOf(current?.body).filter((atMs) => atMs <= nowMs && nowMs - atMs < reportLimit.withinMs)
    const [oldestMs = nowMs] = counted
    if (counted.length >= reportLimit.most) return oldestMs + reportLimit.withinMs - nowMs
    const body = Buffer.from(JSON.stringify({ v: 1, turns: [...counted, nowMs] }))
    try {
      const condition = current ? ({ ifMatches: current.etag } as const) : ({ ifAbsent: true } as const)
      const { outcome } = await bucket.put(reportLimitKey, body, condition)
      if (outcome === 'written') return 0
    } catch (error) {
      if (!(error instanceof BucketError) || error.effect === 'none') throw error
    }
  }
  return contendedMs
}

/** Ascending. What can't be read counts nothing: the next turn writes it anew. */
function turnsOf(body: Uint8Array | undefined): number[] {
  if (!body) return []
  try {
    const { turns } = JSON.parse(Buffer.from(body).toString('utf8')) as { turns?: unknown }
    return Array.isArray(turns) ? turns.filter((one) => typeof one === 'number').sort((a, b) => a - b) : []
  } catch {
    return []
  }
}
