/** To whom notices go. The domain words a message; an adapter brings it there, by whatever its receiver takes. */
import type { Notice } from '../../core/notice.ts'
import type { MailImage } from '../mail/port.ts'

export interface Message {
  /** Stable: the same notices sent twice carry the same id, for the receiver's own de-duplication. */
  id: string
  /** `digest`: what exceeds the receiver's hourly cap, of whatever group. */
  kind: 'single' | 'group' | 'digest'
  /** A firing stands before what hangs under it. At least one. */
  notices: readonly Notice[]
  /** What they have in common; of a digest `digest`. */
  group: string
  subject: string
  text: string
  html: string
  images: readonly MailImage[]
  /** The `messageId` of the message that told the beginning of what this one goes on with. */
  inReplyTo?: string
  links: MessageLinks
}

/** Absolute addresses, signed where the site is not open. */
export interface MessageLinks {
  statusPage?: string
  /** By incident. */
  incidents?: Readonly<Record<string, IncidentLinks>>
}

export interface IncidentLinks {
  page: string
  /** Makes a report of the hours around it. */
  report: string
  /** Of what is not over: forms. */
  acknowledge?: string
  silence?: string
}

export interface Accepted {
  /** What an answer to it may refer to. */
  messageId: string
  /** For people: the path of a file, or server and addresses. No secrets. */
  where: string
}

export interface Receiver {
  readonly name: string
  /** For people: `smtp://mail.example.com:587 to ops@example.com`, `https://pager.example.com`. No secrets. */
  readonly destination: string
  /** `false`: it lies on this machine, and no person was told. */
  readonly reachesSomebody: boolean
  /** Pictures are drawn for it; others are told by words alone. */
  readonly showsPictures?: true
  readonly deadlineMs: number
  /** Messages; what exceeds them goes as digests. */
  readonly capPerHour: number
  readonly retry: RetryPolicy
  /** Resolves once the receiver has accepted it; rejects with a `ReceiverError`. */
  send(message: Message, options: { signal: AbortSignal }): Promise<Accepted>
}

/** Milliseconds; of the wait between two tries of a notice, full jitter. */
export interface RetryPolicy {
  baseMs: number
  capMs: number
  /** After so many a notice is dead, and told as such; absent: it is tried for as long as it takes. */
  attempts?: number
}

export interface ReceiverErrorOptions {
  /** `none`: nobody got this message. `unknown`, the default: it may have been accepted although we were not told. */
  effect?: 'none' | 'unknown'
  /** `never`: the same message would be refused again. */
  retry?: 'later' | 'never'
  /** It asked for so long a wait. */
  retryAfterMs?: number
  cause?: unknown
}

export class ReceiverError extends Error {
  readonly effect: 'none' | 'unknown'
  readonly retry: 'later' | 'never'
  readonly retryAfterMs: number | undefined

  constructor(
    message: string,
    { effect = 'unknown', retry = 'later', retryAfterMs, cause }: ReceiverErrorOptions = {},
  ) {
    super(message, { cause })
    this.name = 'ReceiverError'
    this.effect = effect
    this.retry = retry
    this.retryAfterMs = retryAfterMs
  }
}
