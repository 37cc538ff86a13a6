/** Notices as the one message that tells them. */
import { createHash } from 'node:crypto'
import type { Message } from '../../adapters/receivers/port.ts'
import type { LinkTo } from '../../core/link.ts'
import type { Notice } from '../../core/notice.ts'
import { linksFor } from './links.ts'
import { renderMessage } from './mail/message.ts'
import type { Evidence } from './mail/view.ts'

export interface ComposeOptions {
  notices: readonly Notice[]
  /** Absent: they are of one group. */
  digest?: { capPerHour: number }
  inReplyTo?: string | undefined
  linkTo?: LinkTo | undefined
  /** IANA name: the reader's. */
  timeZone: string
  /** By the notice's id. */
  evidence?: ReadonlyMap<string, Evidence>
}

/** At least one notice. */
export function composeMessage({ notices, digest, inReplyTo, linkTo, timeZone, evidence }: ComposeOptions): Message {
  const [first] = notices
  if (!first) throw new Error('compose a message: no notices')
  const links = linksFor(notices, linkTo)
  const { subject, text, html, images } = renderMessage(notices, {
    links,
    timeZone,
    ...(digest ? { digest } : {}),
    ...(evidence ? { evidence } : {}),
  })
  return {
    id: messageId(notices),
    kind: digest ? 'digest' : notices.length === 1 ? 'single' : 'group',
    notices,
    group: digest ? 'digest' : first.group,
    subject,
    text,
    html,
    images,
    ...(inReplyTo === undefined ? {} : { inReplyTo }),
    links,
  }
}

/** The same for the same notices. */
export function messageId(notices: readonly Notice[]): string {
  const [first, ...others] = notices
  if (!first || others.length === 0) return first?.id ?? ''
  const ids = notices.map(({ id }) => id).sort()
  return `${first.receiver}-${createHash('sha256').update(ids.join('\n')).digest('hex').slice(0, 16)}`
}
