import type { GapRow } from './block.ts'
import type { HostState } from './state.ts'
import { overdue, withTold } from './streams.ts'

/** Holes are told as gaps once their stream has ended and been silent for an hour, or after a day. */
const holeAfterEndMs = 3_600_000
const holeAfterMs = 86_400_000

/** Gaps for the batches that are missing for too long, or, of a host that is `gone`, at all. One that comes after all is still taken. */
export function tellHoles(
  name: string,
  host: HostState,
  nowMs: number,
  gone = false,
): { host: HostState; gaps: GapRow[] } {
  const newestEventMs = Math.max(0, ...Object.values(host.streams).map((stream) => stream.firstEventMs ?? 0))
  const gaps: GapRow[] = []
  const streams = Object.entries(host.streams).map(([id, stream]) => {
    const hasEnded = newestEventMs > (stream.lastEventMs ?? 0) && nowMs - stream.lastArrivalMs > holeAfterEndMs
    const ended = gone || hasEnded
    const due = overdue(stream, { nowMs, ended, afterMs: holeAfterMs })
    for (const { from, to, sinceMs } of due) {
      const reason = `batches ${from} to ${to} of stream ${id} never came`
      gaps.push({ kind: 'gap', host: name, fromMs: sinceMs, toMs: nowMs, batches: to - from + 1, reason })
    }
    return [id, withTold(stream, due)] as const
  })
  return gaps.length === 0 ? { host, gaps } : { host: { ...host, streams: Object.fromEntries(streams) }, gaps }
}
