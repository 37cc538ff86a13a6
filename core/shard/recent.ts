import { mostKnown, sumKnown } from '../known.ts'
import type { Snapshot } from '../snapshot.ts'
import type { RecentPoint } from './state.ts'
import type { TimedSnapshot } from './take.ts'

const minuteMs = 60_000
const minutesKept = 60

/** The last hour with these samples, in their order; of several in one minute the last one added stands. */
export function withRecent(recent: readonly RecentPoint[], samples: readonly TimedSnapshot[]): RecentPoint[] {
  if (samples.length === 0) return [...recent]
  const byMinute = new Map(recent.map((point) => [point.minuteMs, point]))
  for (const { atMs, snapshot } of samples) {
    const startMs = Math.floor(atMs / minuteMs) * minuteMs
    byMinute.set(startMs, recentPoint(startMs, snapshot))
  }
  const newestMs = Math.max(...byMinute.keys())
  return [...byMinute.values()]
    .filter((point) => point.minuteMs > newestMs - minutesKept * minuteMs)
    .sort((a, b) => a.minuteMs - b.minuteMs)
}

function recentPoint(startMs: number, { cpu, memory, disks, interfaces }: Snapshot): RecentPoint {
  return {
    minuteMs: startMs,
    ...present('cpuPercent', cpu.percent),
    ...present('memoryPercent', memory.usedPercent),
    ...present('diskPercent', mostKnown(disks.map((disk) => disk.usedPercent))),
    ...present('receivedBytesPerSecond', sumKnown(interfaces.map((one) => one.receivedBytesPerSecond))),
    ...present('sentBytesPerSecond', sumKnown(interfaces.map((one) => one.sentBytesPerSecond))),
    ...present('load1', cpu.load1),
  }
}

function present<Key extends string>(key: Key, value: number | undefined): { [K in Key]?: number } {
  return value === undefined ? {} : ({ [key]: value } as { [K in Key]: number })
}
