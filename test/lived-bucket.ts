/** A bucket on which evaluate and notify have run, as in production: what hosts sent, and what came of it. */

import { ensureLayout } from '../adapters/bucket/layout.ts'
import type { Bucket } from '../adapters/bucket/port.ts'
import { systemRandom } from '../adapters/clock/system.ts'
import { changeControl } from '../adapters/control/control.ts'
import { silentLog } from '../adapters/log/port.ts'
import { defaultReceiverLimits, retryPolicies } from '../adapters/receivers/policy.ts'
import type { Receiver } from '../adapters/receivers/port.ts'
import type { RuleSet } from '../core/alerts/rule.ts'
import type { BatchRecord } from '../core/batch.ts'
import type { ShardCount } from '../core/keys.ts'
import type { Changed, Control } from '../core/telling/control.ts'
import type { TellingPolicy } from '../core/telling/policy.ts'
import { createHandler } from '../functions/evaluate/handler.ts'
import { createHandler as createNotify } from '../functions/notify/handler.ts'
import { makeBatch, makeInboxObject, makeSnapshot, minuteMs, startMs } from './make.ts'

export interface LivedBucket {
  now(): number
  pass(ms: number): void
  /** A batch; one snapshot of now, where nothing else is said. */
  send(host: string, records?: BatchRecord[]): Promise<void>
  /** The last batch of it, as an agent does whose answer was lost. */
  sendAgain(host: string): Promise<void>
  say(change: (control: Control) => Changed): Promise<void>
  evaluate(): Promise<void>
  /** Every notice that is due is sent, to `list`. */
  notify(): Promise<void>
  /** From the next run on. */
  decideBy(deciding: { rules: RuleSet; policy?: TellingPolicy }): void
}

export async function liveOn(
  bucket: Bucket,
  deciding: { rules: RuleSet; policy?: TellingPolicy },
  {
    shardCount = 1,
    beginMs = startMs,
    shipEveryMs = minuteMs,
  }: { shardCount?: ShardCount; beginMs?: number; shipEveryMs?: number } = {},
): Promise<LivedBucket> {
  await ensureLayout({ bucket, shardCount })
  let nowMs = beginMs
  const seqs = new Map<string, number>()
  const last = new Map<string, ReturnType<typeof makeInboxObject>>()
  const clock = { now: () => nowMs, monotonicMs: () => nowMs, sleep: async () => {} }
  const begin = (by: typeof deciding) =>
    createHandler({ bucket, shardCount, clock, random: systemRandom, log: silentLog, ...by })
  let evaluate = begin(deciding)
  const receiver: Receiver = {
    ...defaultReceiverLimits,
    name: 'default',
    destination: 'a list',
    reachesSomebody: true,
    retry: retryPolicies.mail,
    send: async ({ id }) => ({ messageId: `<${id}@vitals>`, where: 'smtp://mail.example.com:587 to ops@example.com' }),
  }
  const notify = createNotify({
    ...{ bucket, clock, random: systemRandom, log: silentLog, timeZone: 'UTC' },
    receivers: { default: receiver },
  })
  return {
    now: clock.now,
    pass: (ms) => {
      nowMs += ms
    },
    send: async (host, records = [makeSnapshot({ atMs: nowMs })]) => {
      const seq = (seqs.get(host) ?? 0) + 1
      seqs.set(host, seq)
      const object = makeInboxObject(makeBatch({ host, seq, records, shipEveryMs }))
      last.set(host, object)
      await bucket.put(object.key, object.body, { ifAbsent: true })
    },
    sendAgain: async (host) => {
      const object = last.get(host)
      if (object) await bucket.put(object.key, object.body, { ifAbsent: true })
    },
    say: async (change) => {
      const changed = await changeControl(bucket, change)
      if (!changed.ok) throw new Error(changed.reason)
    },
    evaluate: async () => {
      await evaluate({})
    },
    notify: async () => {
      await notify({})
    },
    decideBy: (by) => {
      evaluate = begin(by)
    },
  }
}
