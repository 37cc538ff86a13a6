/** One message to one receiver: claim its notices, send it once by a deadline, write down of each how it went. */
import type { Bucket } from '../../adapters/bucket/port.ts'
import type { Clock, Random } from '../../adapters/clock/port.ts'
import { tellByDeadline } from '../../adapters/receivers/deadline.ts'
import { type Accepted, type Message, type Receiver, ReceiverError } from '../../adapters/receivers/port.ts'
import type { NoticeStatus } from '../../core/notice.ts'
import { failedAttempts, isPerhapsSent } from './decide.ts'
import { changeNotice, type KnownNotice } from './notice-store.ts'
import { backoffMs, type NotifyPolicy } from './policy.ts'

export interface AttemptDeps {
  bucket: Bucket
  clock: Clock
  random: Random
  policy: NotifyPolicy
  receiver: Receiver
  /** Of this receiver all that is open, by key, as this run knows it last. */
  known: Map<string, KnownNotice>
  /** Ends what is being sent; its notices go back to pending. */
  signal: AbortSignal
}

export interface Claimed {
  known: KnownNotice
  /** As it was before this attempt. */
  before: NoticeStatus
}

export type Attempt =
  | { outcome: 'sent'; message: Message; accepted: Accepted; recorded: Recorded[] }
  | { outcome: 'failed'; error: string; recorded: Recorded[] }
  | { outcome: 'left'; reason: string }

/** `unrecorded`: why the store doesn't know of it. */
export interface Recorded {
  known: KnownNotice
  status: NoticeStatus
  unrecorded?: string
}

const claimsAtOnce = 8

export interface Claims {
  claimed: Claimed[]
  left: { known: KnownNotice; reason: string }[]
}

/** Those that are ours now, and those that are not. `by` names the attempt. */
export async function claim(deps: AttemptDeps, notices: readonly KnownNotice[], by: string): Promise<Claims> {
  const untilMs = deps.clock.now() + leaseMs(deps.receiver, deps.policy)
  const claims: Claims = { claimed: [], left: [] }
  for (let start = 0; start < notices.length; start += claimsAtOnce) {
    const slice = notices.slice(start, start + claimsAtOnce)
    const results = await Promise.all(slice.map((known) => claimOne(deps, known, { by, untilMs })))
    for (const result of results) {
      if ('before' in result) claims.claimed.push(result)
      else claims.left.push(result)
    }
  }
  return claims
}

async function claimOne(
  { bucket, clock, known }: AttemptDeps,
  one: KnownNotice,
  { by, untilMs }: { by: string; untilMs: number },
): Promise<Claimed | Claims['left'][number]> {
  const before = one.object.status
  try {
    const attempts = failedAttempts(before)
    const changed = await changeNotice({ bucket, clock }, one, { state: 'claimed', by, untilMs, attempts })
    if (!changed) return { known: one, reason: 'another run has it' }
    known.set(changed.key, changed)
    return { known: changed, before }
  } catch (error) {
    // It may be claimed all the same: then it is due when the lease is over.
    return { known: one, reason: (error as Error).message }
  }
}

export function leaseMs({ deadlineMs }: Pick<Receiver, 'deadlineMs'>, policy: NotifyPolicy): number {
  return deadlineMs + policy.leaseBeyondDeadlineMs
}

/** `beganMs`: monotonic, before the first claim. */
export async function attempt(
  deps: AttemptDeps,
  claimed: readonly Claimed[],
  { message, by, beganMs }: { message: Message; by: string; beganMs: number },
): Promise<Attempt> {
  const { clock, policy, receiver, signal } = deps
  if (clock.monotonicMs() - beganMs > policy.leaseBeyondDeadlineMs) {
    // Sending now could outlast the lease, and somebody else would send it too.
    await giveBack(deps, claimed)
    return { outcome: 'left', reason: 'the store took too long to claim it' }
  }
  try {
    const accepted = await tellByDeadline(receiver, message, { clock, signal })
    return { outcome: 'sent', message, accepted, recorded: await recordSent(deps, claimed, { message, accepted }) }
  } catch (error) {
    return await recordFailure(deps, claimed, { error, by })
  }
}

/** As they were, but that whoever had them may have sent them. */
export async function giveBack(deps: AttemptDeps, claimed: readonly Claimed[]): Promise<void> {
  await record(deps, claimed, ({ before }) => ({
    state: 'pending',
    attempts: failedAttempts(before),
    notBeforeMs: 0,
    ...doubt(before),
  }))
}

function doubt(status: NoticeStatus): { perhapsSent?: true; by?: string } {
  if (status.state === 'claimed') return { perhapsSent: true, by: status.by }
  if (status.state !== 'pending' || !status.perhapsSent) return {}
  return { perhapsSent: true, ...(status.by === undefined ? {} : { by: status.by }) }
}

async function recordSent(
  deps: AttemptDeps,
  claimed: readonly Claimed[],
  { message, accepted: { messageId, where } }: { message: Message; accepted: Accepted },
): Promise<Recorded[]> {
  const atMs = deps.clock.now()
  const shared = message.kind === 'single' ? {} : { message: message.id }
  const digest = message.kind === 'digest' ? { digest: true as const } : {}
  return await record(deps, claimed, () => ({ state: 'sent', atMs, messageId, where, ...shared, ...digest }))
}

async function recordFailure(
  deps: AttemptDeps,
  claimed: readonly Claimed[],
  { error, by }: { error: unknown; by: string },
): Promise<Attempt> {
  const { clock, random, receiver } = deps
  const failure = error instanceof ReceiverError ? error : undefined
  const atMs = clock.now()
  const lastError = (error instanceof Error ? error.message : String(error)).slice(0, 500)
  const most = receiver.retry.attempts ?? Number.POSITIVE_INFINITY
  const recorded = await record(deps, claimed, ({ known, before }): NoticeStatus => {
    const { notice, status } = known.object
    const attempts = failedAttempts(status)
    if (failure?.retry === 'never' || attempts >= most) return { state: 'dead', atMs, attempts, lastError }
    const isUnknown = failure?.effect !== 'none'
    if (isUnknown && notice.kind === 'repeat') {
      return { state: 'cancelled', atMs, reason: `a repeat comes at most once, and may have been sent: ${lastError}` }
    }
    const waitMs = Math.max(failure?.retryAfterMs ?? 0, backoffMs(attempts, receiver.retry, random))
    const perhaps = isUnknown ? { perhapsSent: true as const, by } : isPerhapsSent(before) ? doubt(before) : {}
    return { state: 'pending', attempts, notBeforeMs: atMs + waitMs, lastError, ...perhaps }
  })
  return { outcome: 'failed', error: lastError, recorded }
}

/** Each, whatever becomes of the others: what was sent stands all the same. */
async function record(
  { bucket, clock, known }: AttemptDeps,
  claimed: readonly Claimed[],
  statusOf: (one: Claimed) => NoticeStatus,
): Promise<Recorded[]> {
  return await Promise.all(
    claimed.map(async (one): Promise<Recorded> => {
      const status = statusOf(one)
      try {
        const changed = await changeNotice({ bucket, clock }, one.known, status)
        if (!changed) return { known: one.known, status, unrecorded: 'its lease had run out, and another run took it' }
        known.set(changed.key, changed)
        return { known: changed, status }
      } catch (error) {
        return { known: one.known, status, unrecorded: (error as Error).message }
      }
    }),
  )
}
