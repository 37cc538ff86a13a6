/** A bucket in a directory as 100 hosts fill it: an hour that evaluate has taken, and a minute that waits for it. */
import { openDirectoryBucket } from '../adapters/bucket/directory.ts'
import type { Bucket } from '../adapters/bucket/port.ts'
import { systemClock } from '../adapters/clock/system.ts'
import { createBusyHost } from './busy-host.ts'
import { type Fleet, sendBatch, sendHost } from './generate.ts'

export const hosts = 100
const minuteMs = 60_000

/** Both end now: functions go by the clock of the machine. `evaluate` takes what is there. In the minute that waits a disk gets full. */
export async function fillBucket(directory: string, evaluate: () => Promise<void>): Promise<void> {
  const bucket = await openDirectoryBucket(directory)
  const toMs = Math.floor(systemClock.now() / minuteMs) * minuteMs
  // Batches of five, and one more with what is left: the minute.
  const fleet: Fleet = { hosts, fromMs: toMs - 61 * minuteMs, toMs, intervalMs: minuteMs, batchSnapshots: 5, seed: 1 }
  const waiting: (() => Promise<unknown>)[] = []
  for (let index = 0; index < hosts; index++) {
    const { late, seq } = await sendAllButLast(bucket, fleet, index)
    waiting.push(index === 0 ? () => sendBatch(bucket, fleet, { index, seq, records: [fullDisk(toMs)] }) : late)
  }
  await evaluate()
  for (const send of waiting) await send()
}

async function sendAllButLast(
  bucket: Bucket,
  fleet: Fleet,
  index: number,
): Promise<{ late: () => Promise<unknown>; seq: number }> {
  let late: () => Promise<unknown> = async () => {}
  const put: Bucket['put'] = async (...given) => {
    await late()
    late = () => bucket.put(...given)
    return { outcome: 'written', etag: 'not yet' }
  }
  const seq = await sendHost({ ...bucket, put }, fleet, index)
  return { late, seq }
}

function fullDisk(toMs: number) {
  const host = createBusyHost({ seed: 1_000, intervalMs: minuteMs })
  return host.next({ atMs: toMs - minuteMs, cpuPercent: 20, memoryPercent: 50, varUsedPercent: 97 })
}
