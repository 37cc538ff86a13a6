/** One receiver's notices: what is idle is cancelled, the rest goes as messages, the most urgent first, one after the other. */
import type { Bucket } from '../../adapters/bucket/port.ts'
import type { Clock, Random } from '../../adapters/clock/port.ts'
import type { Receiver } from '../../adapters/receivers/port.ts'
import type { LinkTo } from '../../core/link.ts'
import { type Attempt, attempt, type Claimed, claim, giveBack, leaseMs } from './attempt.ts'
import { composeMessage } from './compose.ts'
import { doubtfulAttempt, readiness } from './decide.ts'
import type { GatherEvidence } from './evidence/gather.ts'
import type { Evidence } from './mail/view.ts'
import type { KnownNotice } from './notice-store.ts'
import { isGathering, type Planned, planMessages } from './plan.ts'
import type { NotifyPolicy } from './policy.ts'
import { leave, safely, type Teller, tellAttempt, tellCancelled } from './tell.ts'
import { blockedBy, type Cancellation, cancelWithFiring, decideByThread, type ThreadDecision } from './thread.ts'

export interface ReceiverDeps extends Teller {
  bucket: Bucket
  /** Absent: no such receiver is set up. */
  receiver: Receiver | undefined
  clock: Clock
  random: Random
  timeZone: string
  linkTo?: LinkTo
  /** Absent: messages show nothing but what was decided. */
  gather?: GatherEvidence
  policy: NotifyPolicy
  signal: AbortSignal
  /** Monotonic time by which the run has to end. */
  endMs: number
  /** Keys of open notices that the store did not give now. */
  unread: readonly string[]
}

/** `known`: of this receiver all that is open, by key, as this run knows it last. */
type Delivery = ReceiverDeps & { known: Map<string, KnownNotice> }
type Sending = Delivery & { receiver: Receiver }

/** `notices`: of this receiver all that is open. */
export async function deliverToReceiver(deps: ReceiverDeps, notices: readonly KnownNotice[]): Promise<void> {
  const delivery = { ...deps, known: new Map(notices.map((one) => [one.key, one])) }
  const due = notices.filter((one) => isDue(delivery, one))
  const done = await cancelIdle(delivery, due)
  const rest = due.filter(({ key }) => !done.has(key))
  const { receiver } = deps
  if (!receiver) {
    for (const one of rest) leave(deps, one, `no receiver ${one.object.notice.receiver} is set up`)
    return
  }
  await sendInTurn({ ...delivery, receiver }, rest)
}

/** Of a receiver that nobody has set up. */
const unknownDeadlineMs = 120_000

function isDue(deps: Delivery, known: KnownNotice): boolean {
  const { clock, policy, receiver } = deps
  const lease = leaseMs(receiver ?? { deadlineMs: unknownDeadlineMs }, policy)
  const ready = readiness(known.object.status, clock.now(), { ...policy, leaseMs: lease })
  if (ready.is === 'waiting') leave(deps, known, ready.reason)
  return ready.is === 'due'
}

/** Before anything is sent: what was over before it was told wakes nobody. Gives the keys that are done with. */
async function cancelIdle(deps: Delivery, due: readonly KnownNotice[]): Promise<Set<string>> {
  const done = new Set<string>()
  for (const one of due) {
    if (one.object.notice.kind === 'firing' || deps.signal.aborted || done.has(one.key)) continue
    const cancelled = await safely(deps, one, async () => {
      const decision = await decideByThread(deps, one)
      return decision.do === 'cancel' ? await cancel(deps, one, decision) : []
    })
    if (cancelled === 'failed') done.add(one.key)
    else for (const { key } of cancelled) done.add(key)
  }
  return done
}

async function cancel(deps: Delivery, one: KnownNotice, cancellation: Cancellation): Promise<KnownNotice[]> {
  const cancelled = await cancelWithFiring(deps, one, cancellation)
  for (const known of cancelled) tellCancelled(deps, known, cancellation.reason)
  return cancelled
}

async function sendInTurn(deps: Sending, due: readonly KnownNotice[]): Promise<void> {
  const { policy, clock, signal, endMs, receiver, known } = deps
  const { capPerHour } = receiver
  const { messages, waiting } = planMessages({ due, open: known.values(), nowMs: clock.now(), capPerHour, policy })
  for (const { known: one, reason } of waiting) leave(deps, one, reason)
  let failuresInARow = 0
  for (const planned of messages) {
    const why = signal.aborted
      ? 'the run was interrupted'
      : clock.monotonicMs() + receiver.deadlineMs > endMs
        ? 'the run has had its time'
        : failuresInARow >= policy.failuresInARow
          ? `${failuresInARow} in a row failed before it`
          : undefined
    if (why !== undefined) {
      for (const one of planned.notices) leave(deps, one, why)
      continue
    }
    const outcome = await sendPlanned(deps, planned)
    if (outcome === 'sent') failuresInARow = 0
    if (outcome === 'failed') failuresInARow += 1
  }
}

async function sendPlanned(deps: Sending, planned: Planned): Promise<Attempt['outcome']> {
  const { clock, random, receiver, linkTo, timeZone } = deps
  const decided = await decideEach(deps, planned.notices)
  if (decided.length === 0) return 'left'
  // Before they are claimed: a lease is for sending.
  const evidence = await gatherFor(deps, planned, decided)
  const by = random.hex(8)
  const beganMs = clock.monotonicMs()
  const ours = await claimTogether(deps, decided, by)
  if (ours.length === 0 || (await goesOnGathering(deps, planned, ours))) return 'left'
  const answered = decided.find(({ one: { key }, decision }) => {
    return 'inReplyTo' in decision && ours.some(({ known }) => known.key === key)
  })?.decision
  const message = composeMessage({
    notices: ours.map(({ known }) => known.object.notice),
    ...(planned.kind === 'digest' ? { digest: { capPerHour: receiver.capPerHour } } : {}),
    inReplyTo: answered && 'inReplyTo' in answered ? answered.inReplyTo : undefined,
    linkTo,
    timeZone,
    ...(evidence ? { evidence } : {}),
  })
  const result = await attempt(deps, ours, { message, by, beganMs })
  tellAttempt(deps, result, ours)
  return result.outcome
}

/** What had waited is another run's by now, or was taken back: what came after it waits for its own time. */
async function goesOnGathering(
  deps: Sending,
  { notices: [first] }: Planned,
  ours: readonly Claimed[],
): Promise<boolean> {
  const isSentAgain = first !== undefined && doubtfulAttempt(first.object.status) !== undefined
  const left = ours.map(({ known }) => known)
  if (isSentAgain || !isGathering(left, deps.clock.now())) return false
  await giveBack(deps, ours)
  for (const known of left) leave(deps, known, `its group (${known.object.notice.group}) gathers`)
  return true
}

async function gatherFor(
  { gather, receiver }: Sending,
  { kind }: Planned,
  decided: readonly Decided[],
): Promise<ReadonlyMap<string, Evidence> | undefined> {
  if (!gather || !receiver.showsPictures || kind === 'digest') return undefined
  return await gather(decided.map(({ one }) => one.object.notice))
}

interface Decided {
  one: KnownNotice
  decision: Exclude<ThreadDecision, { do: 'wait' | 'cancel' }>
}

/** Those that can go now, in their order. */
async function decideEach(deps: Sending, notices: readonly KnownNotice[]): Promise<Decided[]> {
  const decided: Decided[] = []
  for (const one of notices) {
    await safely(deps, one, async () => {
      const decision = await decideByThread(deps, one)
      if (decision.do === 'cancel') await cancel(deps, one, decision)
      else if (decision.do === 'wait') leave(deps, one, decision.reason)
      else decided.push({ one, decision })
    })
  }
  return withoutStragglers(deps, decided)
}

/** What comes before a notice goes in the same message, or the notice waits. */
function withoutStragglers(deps: Sending, decided: readonly Decided[]): Decided[] {
  const kept: Decided[] = []
  const together = new Set<string>()
  for (const { one, decision } of decided) {
    const firing = kept.some(({ one: other }) => isFiringOf(other, one))
    const before = blockedBy(deps, one.object, together)
    if (decision.do === 'send-with-firing' && !firing) leave(deps, one, 'its firing must be first')
    else if (before) leave(deps, one, `${before.object.notice.id} must be first`)
    else {
      kept.push({ one, decision })
      together.add(one.key)
    }
  }
  return kept
}

function isFiringOf({ object: { notice: a } }: KnownNotice, { object: { notice: b } }: KnownNotice): boolean {
  return a.kind === 'firing' && a.incident === b.incident && a.round === b.round
}

/** Claims all; of an incident whose earlier notice somebody else has, the later ones are given back. */
async function claimTogether(deps: Sending, decided: readonly Decided[], by: string): Promise<Claimed[]> {
  const { claimed, left } = await claim(
    deps,
    decided.map(({ one }) => one),
    by,
  )
  for (const { known, reason } of left) leave(deps, known, reason)
  const broken = new Set(left.map(({ known }) => known.object.notice.incident))
  const late = claimed.filter(({ known }) => broken.has(known.object.notice.incident))
  if (late.length > 0) await giveBack(deps, late)
  for (const { known } of late) leave(deps, known, 'another run has what comes before it')
  return claimed.filter((one) => !late.includes(one))
}
