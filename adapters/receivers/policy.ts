/** Patience with each kind of receiver, as data. */
import { defaultReceiver } from '../../core/notice.ts'
import type { RetryPolicy } from './port.ts'

/** A mail server may be away for a weekend; a pager that does not answer for a day answers nobody's alert any more. */
export const retryPolicies = {
  mail: { baseMs: 15_000, capMs: 3_600_000 },
  file: { baseMs: 15_000, capMs: 3_600_000 },
  sns: { baseMs: 15_000, capMs: 3_600_000 },
  webhook: { baseMs: 10_000, capMs: 900_000, attempts: 200 },
  command: { baseMs: 15_000, capMs: 900_000, attempts: 50 },
} as const satisfies Record<string, RetryPolicy>

/** Of the receiver that is there without being named. */
export const defaultReceiverLimits = { name: defaultReceiver, deadlineMs: 30_000, capPerHour: 60 }

/** What all receivers are told of themselves. */
export interface ReceiverLimits {
  name: string
  deadlineMs: number
  capPerHour: number
}
