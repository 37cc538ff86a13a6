/** One receiver's notices, oldest first, one after the other. */
import type { Bucket } from '../../adapters/bucket/port.ts'
import type { Clock, Random } from '../../adapters/clock/port.ts'
import type { Log } from '../../adapters/log/port.ts'
import type { MailSender } from '../../adapters/mail/port.ts'
import type { LinkTo } from '../../core/link.ts'
import { attempt } from './attempt.ts'
import { follows, readiness } from './decide.ts'
import { linksFor } from './links.ts'
import { renderMessage } from './mail/message.ts'
import type { KnownNotice } from './notice-store.ts'
import type { NotifyPolicy } from './policy.ts'
import { type Cancellation, cancelBoth, decideByFiring } from './resolve.ts'
import { type DeliverySummary, nameOf } from './summary.ts'

export interface ReceiverDeps {
  bucket: Bucket
  /** Absent: no such receiver is set up. */
  sender: MailSender | undefined
  clock: Clock
  random: Random
  log: Log
  timeZone: string
  linkTo?: LinkTo
  policy: NotifyPolicy
  signal: AbortSignal
  /** Monotonic time after which nothing new is begun. */
  endMs: number
  /** Added to as things happen, so that it is right even where the run ends in the middle. */
  summary: DeliverySummary
}

export async function deliverToReceiver(deps: ReceiverDeps, notices: readonly KnownNotice[]): Promise<void> {
  const due = notices.filter((known) => isDue(deps, known))
  const done = await cancelUntold(deps, due)
  await sendInTurn(
    deps,
    due.filter(({ key }) => !done.has(key)),
  )
}

function isDue(deps: ReceiverDeps, known: KnownNotice): boolean {
  const ready = readiness(known.object.status, deps.clock.now(), deps.policy)
  if (ready.is === 'waiting') leave(deps, known, ready.reason)
  return ready.is === 'due'
}

/** Before anything is sent: what was over before its firing went out wakes nobody. Gives the keys that are done with. */
async function cancelUntold(deps: ReceiverDeps, due: readonly KnownNotice[]): Promise<Set<string>> {
  const done = new Set<string>()
  for (const known of due) {
    if (known.object.notice.kind !== 'resolved' || deps.signal.aborted) continue
    const cancelled = await safely(deps, known, async () => {
      const decision = await decideByFiring(deps.bucket, 'resolved', known)
      return decision.do === 'cancel' ? await cancel(deps, known, decision) : []
    })
    if (cancelled === 'failed') done.add(known.key)
    else for (const { key } of cancelled) done.add(key)
  }
  return done
}

async function cancel(deps: ReceiverDeps, resolved: KnownNotice, cancellation: Cancellation): Promise<KnownNotice[]> {
  const cancelled = await cancelBoth(deps, resolved, cancellation)
  for (const known of cancelled) {
    const named = { ...nameOf(known), reason: cancellation.reason }
    deps.summary.cancelled.push(named)
    deps.log.info('notice cancelled', named)
  }
  return cancelled
}

async function sendInTurn(deps: ReceiverDeps, notices: readonly KnownNotice[]): Promise<void> {
  const { sender, policy, clock, signal, endMs } = deps
  let failuresInARow = 0
  for (const known of notices) {
    if (!sender) leave(deps, known, `no receiver ${known.object.notice.receiver} is set up`)
    else if (signal.aborted) leave(deps, known, 'the run was interrupted')
    else if (clock.monotonicMs() >= endMs) leave(deps, known, 'the run has had its time')
    else if (failuresInARow >= policy.failuresInARow) leave(deps, known, `${failuresInARow} in a row failed before it`)
    else {
      const outcome = await safely(deps, known, () => sendOne(deps, known, sender))
      if (outcome === 'sent') failuresInARow = 0
      if (outcome === 'not sent') failuresInARow += 1
    }
  }
}

async function sendOne(
  deps: ReceiverDeps,
  known: KnownNotice,
  sender: MailSender,
): Promise<'sent' | 'not sent' | 'left'> {
  const { bucket, timeZone, linkTo, summary, log } = deps
  const { notice } = known.object
  const named = nameOf(known)
  const decision = follows(notice.kind)
    ? await decideByFiring(bucket, notice.kind, known)
    : ({ do: 'send', inReplyTo: undefined } as const)
  if (decision.do === 'wait') return leave(deps, known, decision.reason)
  if (decision.do === 'cancel') {
    await cancel(deps, known, decision)
    return 'left'
  }
  const mail = { id: notice.id, ...renderMessage([notice], { links: linksFor([notice], linkTo), timeZone }) }
  const { inReplyTo } = decision
  const result = await attempt(deps, known, sender, inReplyTo === undefined ? mail : { ...mail, inReplyTo })
  switch (result.outcome) {
    case 'sent': {
      const { messageId, where, unrecorded: reason } = result
      summary.sent.push({ ...named, messageId, where, reachesSomebody: sender.reachesSomebody })
      log.info('notice sent', { ...named, where })
      if (reason !== undefined) log.warn('notice sent, but not written down: it may come again', { ...named, reason })
      return 'sent'
    }
    case 'failed': {
      const { error, attempts, notBeforeMs } = result
      summary.failed.push({ ...named, error, attempts, notBeforeMs })
      log.warn('notice not sent', { ...named, error, attempts })
      return 'not sent'
    }
    case 'left':
      return leave(deps, known, result.reason)
  }
}

function leave({ summary }: ReceiverDeps, known: KnownNotice, reason: string): 'left' {
  summary.waiting.push({ ...nameOf(known), reason })
  return 'left'
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
