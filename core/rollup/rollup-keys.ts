/** Keys of the rollups. */
import type { Shard } from '../keys.ts'
import { startOfUtc, utcDate, utcHour } from '../utc.ts'

export const resolutions = ['5m', '1h', '1d'] as const
export type Resolution = (typeof resolutions)[number]

export function rollupPrefix(resolution: Resolution): string {
  return `rollups/v1/${resolution}/`
}

/** 5m: an object an hour; 1h: an object a day; 1d: an object a month. */
export function rollupKey(resolution: Resolution, shard: Shard, atMs: number): string {
  const date = utcDate(atMs)
  if (resolution === '5m') return `rollups/v1/5m/dt=${date}/hour=${utcHour(atMs)}/${shard}.zst`
  if (resolution === '1h') return `rollups/v1/1h/dt=${date}/${shard}.zst`
  return `rollups/v1/1d/month=${date.slice(0, 7)}/${shard}.zst`
}

export interface RollupName {
  resolution: Resolution
  shard: Shard
  /** Start of the hour (5m), day (1h) or month (1d) it holds, UTC. */
  startMs: number
}

export function parseRollupKey(key: string): RollupName | undefined {
  const match = /^rollups\/v1\/(5m|1h|1d)\/(?:dt|month)=([\d-]+)\/(?:hour=(\d\d)\/)?([0-9a-z]+)\.zst$/.exec(key)
  const [, text, date = '', hour, shard = ''] = match ?? []
  const resolution = resolutions.find((one) => one === text)
  const startMs = startOfUtc(resolution === '1d' ? `${date}-01` : date, hour)
  if (resolution === undefined || startMs === undefined) return undefined
  return rollupKey(resolution, shard, startMs) === key ? { resolution, shard, startMs } : undefined
}

export function rollupProgressKey(shard: Shard): string {
  return `rollups/v1/progress/${shard}.json`
}
