/** A mail as the domain words it: the adapters build MIME from it. */
export interface Mail {
  /** Stable: the same notice sent twice carries the same id, in a header and for the receiver's own de-duplication. */
  id: string
  /** Absent: those of the sender. */
  to?: readonly string[]
  subject: string
  text: string
  html: string
  /** The id that `send` returned for the mail this one answers, so that mail readers show one thread. */
  inReplyTo?: string
  /** What it tells of: a header, so that filters and scripts find all mails of an incident. */
  incidents?: readonly string[]
  /** Shown inline where the HTML says `cid:<cid>`. */
  images: MailImage[]
  /** What somebody writes into the subject who wants no more of them; absent: a mail that nobody subscribed to. */
  unsubscribe?: string
}

export interface MailImage {
  cid: string
  fileName: string
  png: Uint8Array
}

export interface MailSender {
  /** `true`: a person would see it; `false`: kept on this machine only, nobody is told. */
  readonly reachesSomebody: boolean
  /** Where mails go, for people: `smtp://mail.example.com:587 to ops@example.com`, `logs/mail`. No secrets. */
  readonly destination: string
  /** Resolves once the receiver has accepted it; rejects with a `MailError`. */
  send(mail: Mail, options: { signal: AbortSignal }): Promise<{ messageId: string; where: string }>
}

export interface MailErrorOptions {
  /** `none`: nobody got this mail. `unknown`, the default: it may have been accepted although we were not told. */
  effect?: 'none' | 'unknown'
  cause?: unknown
}

export class MailError extends Error {
  readonly effect: 'none' | 'unknown'

  constructor(message: string, { effect = 'unknown', cause }: MailErrorOptions = {}) {
    super(message, { cause })
    this.name = 'MailError'
    this.effect = effect
  }
}
