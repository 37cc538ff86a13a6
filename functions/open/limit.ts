/**
 * What anybody with a link may ask for costs requests and time, and a link is as open as a mailbox: so many a time, all that
 * ask together. The count is one object of the bucket that changes under a condition, so that functions side by side count
 * as one.
 */
import { type Bucket, BucketError } from '../../adapters/bucket/port.ts'
import type { Clock } from '../../adapters/clock/port.ts'
import { controlLimitKey, reportLimitKey } from '../../core/keys.ts'
import type { MakeReport } from './report-request.ts'

export interface Limit {
  key: string
  most: number
  withinMs: number
}

export const reportLimit: Limit = { key: reportLimitKey, most: 6, withinMs: 600_000 }
/** Silences and acknowledgements. */
export const controlLimit: Limit = { key: controlLimitKey, most: 60, withinMs: 600_000 }

/** Others are counted at the same moment. */
const tries = 5
const contendedMs = 5_000

/** Each call takes a turn, or tells how long to wait for one: 0, it may go on. */
export type TakeTurn = () => Promise<number>

interface LimitDeps {
  bucket: Bucket
  clock: Pick<Clock, 'now'>
}

export function limitTurns({ bucket, clock }: LimitDeps, limit: Limit): TakeTurn {
  return () => takeTurn(bucket, limit, clock.now())
}

/** Asked too often it answers how long to wait, and makes none. One that fails counts as well: it has cost the same. */
export function limitReports({ make, ...deps }: LimitDeps & { make: MakeReport }): MakeReport {
  const turn = limitTurns(deps, reportLimit)
  return async (asked) => {
    const waitMs = await turn()
    return waitMs > 0 ? { waitMs } : make(asked)
  }
}

async function takeTurn(bucket: Bucket, { key, most, withinMs }: Limit, nowMs: number): Promise<number> {
  for (let attempt = 0; attempt < tries; attempt++) {
    const current = await bucket.get(key, { maxBytes: 64 * 1024 })
    const counted = turnsOf(current?.body).filter((atMs) => atMs <= nowMs && nowMs - atMs < withinMs)
    const [oldestMs = nowMs] = counted
    if (counted.length >= most) return oldestMs + withinMs - nowMs
    const body = Buffer.from(JSON.stringify({ v: 1, turns: [...counted, nowMs] }))
    try {
      const condition = current ? ({ ifMatches: current.etag } as const) : ({ ifAbsent: true } as const)
      const { outcome } = await bucket.put(key, body, condition)
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
