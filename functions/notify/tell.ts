/** What became of notices, as one run tells it: in its summary, and in the log. */
import type { Log } from '../../adapters/log/port.ts'
import type { Receiver } from '../../adapters/receivers/port.ts'
import type { Attempt, Claimed, Recorded } from './attempt.ts'
import type { KnownNotice } from './notice-store.ts'
import { type DeliverySummary, nameOf } from './summary.ts'

export interface Teller {
  log: Log
  /** Added to as things happen, so that it is right even where the run ends in the middle. */
  summary: DeliverySummary
}

export function tellAttempt(
  { receiver, ...teller }: Teller & { receiver: Receiver },
  result: Attempt,
  ours: readonly Claimed[],
): void {
  const { summary, log } = teller
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
      for (const one of result.recorded) tellFailed(teller, one, result.error)
      return
    case 'left':
      for (const { known } of ours) leave(teller, known, result.reason)
  }
}

function tellFailed(teller: Teller, { known, status, unrecorded }: Recorded, error: string): void {
  const { summary, log } = teller
  const named = nameOf(known)
  if (unrecorded !== undefined) {
    log.error('notice left for the next run', { ...named, error, reason: unrecorded })
    leave(teller, known, unrecorded)
  } else if (status.state === 'pending') {
    const { attempts, notBeforeMs } = status
    summary.failed.push({ ...named, error, attempts, notBeforeMs })
    log.warn('notice not sent', { ...named, error, attempts })
  } else if (status.state === 'dead') {
    const { attempts } = status
    summary.dead.push({ ...named, error, attempts })
    log.error('notice given up: nobody was told', { ...named, error, attempts })
  } else if (status.state === 'cancelled') tellCancelled(teller, known, status.reason)
}

export function tellCancelled({ summary, log }: Teller, known: KnownNotice, reason: string): void {
  const named = { ...nameOf(known), reason }
  summary.cancelled.push(named)
  log.info('notice cancelled', named)
}

export function leave({ summary }: Pick<Teller, 'summary'>, known: KnownNotice, reason: string): void {
  summary.waiting.push({ ...nameOf(known), reason })
}

/** One notice's trouble is not another's. */
export async function safely<T>(teller: Teller, known: KnownNotice, act: () => Promise<T>): Promise<T | 'failed'> {
  try {
    return await act()
  } catch (error) {
    const reason = (error as Error).message
    teller.log.error('notice left for the next run', { ...nameOf(known), reason })
    leave(teller, known, reason)
    return 'failed'
  }
}
