/** One notice to one receiver: claim it, send it by a deadline, write down how it went. */
import type { Bucket } from '../../adapters/bucket/port.ts'
import type { Clock, Random } from '../../adapters/clock/port.ts'
import { sendByDeadline } from '../../adapters/mail/deadline.ts'
import { type Mail, MailError, type MailSender } from '../../adapters/mail/port.ts'
import { failedAttempts, isPerhapsSent } from './decide.ts'
import { changeNotice, type KnownNotice } from './notice-store.ts'
import { backoffMs, type NotifyPolicy } from './policy.ts'

export interface AttemptDeps {
  bucket: Bucket
  clock: Clock
  random: Random
  policy: NotifyPolicy
  /** Ends what is being sent; the notice goes back to pending. */
  signal: AbortSignal
}

export type Attempt =
  /** `unrecorded`: why the store doesn't know of it; it may be sent again. */
  | { outcome: 'sent'; messageId: string; where: string; unrecorded?: string }
  | { outcome: 'failed'; error: string; attempts: number; notBeforeMs: number }
  | { outcome: 'left'; reason: string }

export async function attempt(deps: AttemptDeps, known: KnownNotice, sender: MailSender, mail: Mail): Promise<Attempt> {
  const { clock, random, policy, signal } = deps
  const before = known.object.status
  const attempts = failedAttempts(before)
  const beganMs = clock.monotonicMs()
  const untilMs = clock.now() + policy.leaseMs
  const claimed = await changeNotice(deps, known, { state: 'claimed', by: random.hex(8), untilMs, attempts })
  if (!claimed) return { outcome: 'left', reason: 'another run has it' }
  if (clock.monotonicMs() - beganMs + policy.sendDeadlineMs > policy.leaseMs) {
    // Sending now could outlast the lease, and somebody else would send it too.
    const perhapsSent = isPerhapsSent(before) ? { perhapsSent: true as const } : {}
    await changeNotice(deps, claimed, { state: 'pending', attempts, notBeforeMs: 0, ...perhapsSent })
    return { outcome: 'left', reason: 'the store took too long to claim it' }
  }
  try {
    const { messageId, where } = await sendByDeadline(sender, mail, {
      clock,
      signal,
      sendDeadlineMs: policy.sendDeadlineMs,
    })
    const unrecorded = await recordSent(deps, claimed, messageId, where)
    return { outcome: 'sent', messageId, where, ...(unrecorded === undefined ? {} : { unrecorded }) }
  } catch (error) {
    return await recordFailure(deps, claimed, { error, wasPerhapsSent: isPerhapsSent(before) })
  }
}

/** Why it could not be written down, if it could not: that it was sent stands all the same. */
async function recordSent(
  deps: AttemptDeps,
  claimed: KnownNotice,
  messageId: string,
  where: string,
): Promise<string | undefined> {
  try {
    const recorded = await changeNotice(deps, claimed, { state: 'sent', atMs: deps.clock.now(), messageId, where })
    return recorded ? undefined : 'its lease had run out, and another run took it'
  } catch (error) {
    return (error as Error).message
  }
}

async function recordFailure(
  deps: AttemptDeps,
  claimed: KnownNotice,
  { error, wasPerhapsSent }: { error: unknown; wasPerhapsSent: boolean },
): Promise<Attempt> {
  const { clock, random, policy } = deps
  const attempts = failedAttempts(claimed.object.status)
  const notBeforeMs = clock.now() + backoffMs(attempts, policy, random)
  const lastError = (error instanceof Error ? error.message : String(error)).slice(0, 500)
  const isUnknown = wasPerhapsSent || !(error instanceof MailError) || error.effect === 'unknown'
  await changeNotice(deps, claimed, {
    state: 'pending',
    attempts,
    notBeforeMs,
    lastError,
    ...(isUnknown ? { perhapsSent: true } : {}),
  })
  return { outcome: 'failed', error: lastError, attempts, notBeforeMs }
}
