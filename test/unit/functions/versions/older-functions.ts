/** A bucket in the middle of its life, and each function as it meets it: with something to take, to tell, to roll up, to report. */
import { ensureLayout } from '../../../../adapters/bucket/layout.ts'
import type { Bucket } from '../../../../adapters/bucket/port.ts'
import type { Random } from '../../../../adapters/clock/port.ts'
import { changeControl } from '../../../../adapters/control/control.ts'
import { addToReportIndex } from '../../../../adapters/history/report-index.ts'
import { type Log, silentLog } from '../../../../adapters/log/port.ts'
import { defaultReceiverLimits, retryPolicies } from '../../../../adapters/receivers/policy.ts'
import type { Receiver } from '../../../../adapters/receivers/port.ts'
import { defaultRuleSet } from '../../../../core/alerts/default-rules.ts'
import { withAck } from '../../../../core/telling/control.ts'
import { createHandler as createEvaluate } from '../../../../functions/evaluate/handler.ts'
import { deliverNotices } from '../../../../functions/notify/notify.ts'
import { oncePerSlot } from '../../../../functions/report/slot.ts'
import { createHandler as createRollup } from '../../../../functions/rollup/handler.ts'
import { makeBatch, makeInboxObject, makeSettings, makeSnapshot, minuteMs, startMs } from '../../../make.ts'
import { createMemoryBucket, type MemoryBucket } from '../../../simulation/memory-bucket.ts'

const hourMs = 60 * minuteMs
/** Later than all that was written: the heartbeat is due, and the claim of the report has ended. */
const meetMs = startMs + 2 * hourMs
const rules = defaultRuleSet(makeSettings())
export const slot = { schedule: 'daily', dueMs: startMs }

/** Ids by the time, so that what is done twice can be compared byte by byte. */
function randomAt(atMs: number): Random {
  let count = atMs
  return {
    hex: (bytes) =>
      (++count)
        .toString(16)
        .padStart(2 * bytes, '0')
        .slice(-2 * bytes),
    fraction: () => 0.5,
  }
}

const list: Receiver = {
  ...defaultReceiverLimits,
  name: 'default',
  destination: 'a list',
  reachesSomebody: true,
  retry: retryPolicies.mail,
  send: async ({ id }) => ({ messageId: `<${id}@vitals>`, where: 'a list' }),
}

/** `say`: an acknowledgement by a link. `enter`: a report that was made, into the list of them. */
export type Acting = 'evaluate' | 'notify' | 'rollup' | 'report' | 'say' | 'enter'

export function act(
  acting: Acting,
  bucket: Bucket,
  { log = silentLog, atMs = meetMs }: { log?: Log; atMs?: number } = {},
): Promise<unknown> {
  const clock = { now: () => atMs, monotonicMs: () => atMs, sleep: async () => {} }
  const deps = { bucket, shardCount: 1 as const, clock, random: randomAt(atMs), log }
  switch (acting) {
    case 'evaluate':
      return createEvaluate({ ...deps, rules })({})
    case 'notify':
      return deliverNotices({ ...deps, receivers: { default: list }, timeZone: 'UTC' })
    case 'rollup':
      return createRollup(deps)({})
    case 'report':
      return oncePerSlot(deps, slot, { make: async (id) => id, send: async (id) => id })
    case 'say': {
      const ack = { incident: '0123456789ab', untilMs: atMs + hourMs, by: 'ada', comment: '', atMs }
      return changeControl(bucket, (control) => withAck(control, ack))
    }
    case 'enter':
      return addToReportIndex(bucket, {
        id: `r${atMs}`,
        title: 'Daily',
        generatedAtMs: atMs,
        fromMs: startMs,
        toMs: atMs,
      })
  }
}

export async function sendTo(bucket: Bucket, seq: number, atMs: number): Promise<string> {
  const { key, body } = makeInboxObject(makeBatch({ seq, records: [makeSnapshot({ atMs, disks: [['/var', 95]] })] }))
  await bucket.put(key, body, { ifAbsent: true })
  return key
}

export async function layOut(bucket: Bucket): Promise<void> {
  await ensureLayout({ bucket })
}

/** Some of it is rolled up, a block is not; an alert is to be told, a report was begun, and a batch lies in the inbox. */
export async function livedBucket(): Promise<MemoryBucket> {
  const bucket = createMemoryBucket({ now: () => startMs })
  await layOut(bucket)
  await sendTo(bucket, 1, startMs)
  await act('evaluate', bucket, { atMs: startMs })
  await act('rollup', bucket, { atMs: startMs })
  await act('say', bucket, { atMs: startMs })
  await act('enter', bucket, { atMs: startMs })
  await sendTo(bucket, 2, startMs + minuteMs)
  await act('evaluate', bucket, { atMs: startMs + minuteMs })
  const dies = async () => {
    throw new Error('the run died')
  }
  const deps = { bucket, clock: { now: () => startMs }, random: randomAt(startMs) }
  await oncePerSlot(deps, slot, { make: dies, send: dies }).catch(() => {})
  await sendTo(bucket, 3, startMs + hourMs)
  return bucket
}

export async function copyOf(bucket: MemoryBucket): Promise<MemoryBucket> {
  const copy = createMemoryBucket({ now: () => startMs })
  for (const key of bucket.etags().keys()) await copy.put(key, (await bucket.get(key))?.body ?? new Uint8Array())
  return copy
}
