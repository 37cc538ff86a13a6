/** One receiver's notices: what is idle is cancelled, the rest goes as messages, the most urgent first, one after the other. */
import type { Bucket } from '../../adapters/bucket/port.ts'
import type { Clock, Random } from '../../adapters/clock/port.ts'
import type { Log } from '../../adapters/log/port.ts'
import type { Receiver } from '../../adapters/receivers/port.ts'
import type { LinkTo } from '../../core/link.ts'
import { type Attempt, attempt, type Claimed, claim, giveBack, leaseMs, type Recorded } from './attempt.ts'
import { composeMessage } from './compose.ts'
import { readiness } from './decide.ts'
import type { GatherEvidence } from './evidence/gather.ts'
import type { Evidence } from './mail/view.ts'
import type { KnownNotice } from './notice-store.ts'
import { type Planned, planMessages } from './plan.ts'
import type { NotifyPolicy } from './policy.ts'
import { type DeliverySummary, nameOf } from './summary.ts'
import { blockedBy, type Cancellation, cancelWithFiring, decideByThread, type ThreadDecision } from './thread.ts'

export interface ReceiverDeps {
  bucket: Bucket
  /** Absent: no such receiver is set up. */
  receiver: Receiver | undefined
  clock: Clock
  random: Random
  log: Log
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
  /** Added to as things happen, so that it is right even where the run ends in the middle. */
  summary: DeliverySummary
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
  if (ours.length === 0) return 'left'
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
  tell(deps, result, ours)
  return result.outcome
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

function tell(deps: Sending, result: Attempt, ours: readonly Claimed[]): void {
  const { summary, log, receiver } = deps
  switch (result.outcome) {
    case 'sent': {
      const { message, accepted, recorded } = result
      for (const { known, unrecorded: reason } of recorded) {
        const named = nameOf(known)
        summary.sent.push({ ...named, ...accepted, reachesSomebody: receiver.reachesSomebody })
        log.info('notice sent', { ...named, where: accepted.where })
        if (reason !== undefined) log.warn('notice sent, but not written down: it may come again', { ...named, reason })
      }
      if (message.kind !== 'digest') return
      const digest = {
        receiver: receiver.name,
        id: message.id,
        notices: recorded.length,
        capPerHour: receiver.capPerHour,
      }
      summary.digests.push(digest)
      log.warn('more messages than the receiver takes in an hour: the rest went as a digest', digest)
      return
    }
    case 'failed':
      for (const one of result.recorded) tellFailed(deps, one, result.error)
      return
    case 'left':
      for (const { known } of ours) leave(deps, known, result.reason)
  }
}

function tellFailed(deps: Sending, { known, status, unrecorded }: Recorded, error: string): void {
  const { summary, log } = deps
  const named = nameOf(known)
  if (unrecorded !== undefined) {
    log.error('notice left for the next run', { ...named, error, reason: unrecorded })
    leave(deps, known, unrecorded)
  } else if (status.state === 'pending') {
    const { attempts, notBeforeMs } = status
    summary.failed.push({ ...named, error, attempts, notBeforeMs })
    log.warn('notice not sent', { ...named, error, attempts })
  } else if (status.state === 'dead') {
    const { attempts } = status
    summary.dead.push({ ...named, error, attempts })
    log.error('notice given up: nobody was told', { ...named, error, attempts })
  } else if (status.state === 'cancelled') tellCancelled(deps, known, status.reason)
}

function tellCancelled({ summary, log }: ReceiverDeps, known: KnownNotice, reason: string): void {
  const named = { ...nameOf(known), reason }
  summary.cancelled.push(named)
  log.info('notice cancelled', named)
}

function leave({ summary }: ReceiverDeps, known: KnownNotice, reason: string): void {
  summary.waiting.push({ ...nameOf(known), reason })
}

/** One notice's trouble is not another's. */
async function safely<T>(deps: ReceiverDeps, known: KnownNotice, act: () => Promise<T>): Promise<T | 'failed'> {
  try {
    return await act()
  } catch (error) {
    const reason = (error as Error).message
    deps.log.error('notice left for the next run', { ...nameOf(known), reason })
    leave(deps, known, reason)
    return 'failed'
  }
}
