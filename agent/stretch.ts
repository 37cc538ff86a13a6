/**
 * The agent must not weigh on its host: when snapshots cost more CPU than they may, the time between them is doubled, again
 * and again up to a bound, and halved again when they have become cheap.
 */

export interface Stretch {
  /** The time between snapshots as it is now. */
  intervalMs: number
  /** Snapshots in a row that cost too much. */
  dear: number
  /** Snapshots in a row that would be cheap enough at half the time. */
  cheap: number
}

export interface Allowance {
  /** As it was asked for. */
  intervalMs: number
  /** Of one core, that snapshots may cost; 0: whatever they cost. */
  maxCpuPercent: number
}

/** One dear snapshot is none: the first ones run in code that is not warm yet. */
const dearInARow = 3
const cheapInARow = 10
/** Of what is allowed: at half the time there must be some room left, or it would go to and fro. */
const cheapShare = 0.75
const mostTimes = 16
/** It is lengthened to this, and no further: a host that is looked at more rarely is not watched. */
export const longestIntervalMs = 15 * 60_000

export function unstretched(intervalMs: number): Stretch {
  return { intervalMs, dear: 0, cheap: 0 }
}

/** After one snapshot that cost `cpuMs` of CPU. */
export function nextStretch({ intervalMs, dear, cheap }: Stretch, cpuMs: number, asked: Allowance): Stretch {
  const { maxCpuPercent } = asked
  const longestMs = Math.max(asked.intervalMs, Math.min(asked.intervalMs * mostTimes, longestIntervalMs))
  const percentAt = (ms: number) => (100 * cpuMs) / ms
  if (maxCpuPercent === 0) return unstretched(asked.intervalMs)
  if (percentAt(intervalMs) > maxCpuPercent) {
    if (dear + 1 < dearInARow || intervalMs >= longestMs) return { intervalMs, dear: dear + 1, cheap: 0 }
    return unstretched(Math.min(2 * intervalMs, longestMs))
  }
  const halfMs = Math.max(asked.intervalMs, Math.round(intervalMs / 2))
  if (intervalMs <= asked.intervalMs || percentAt(halfMs) > maxCpuPercent * cheapShare) return unstretched(intervalMs)
  return cheap + 1 < cheapInARow ? { intervalMs, dear: 0, cheap: cheap + 1 } : unstretched(halfMs)
}
