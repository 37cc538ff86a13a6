/** Notices as one message: pure. HTML by compiled templates, whose every value is escaped, and a text that stands alone. */
import type { Mail, MailImage } from '../../../adapters/mail/port.ts'
import { createMailTemplate } from '../../../adapters/mail/template.ts'
import type { Notice } from '../../../core/notice.ts'
import { groupTextOf } from './group-text.ts'
import { type GroupView, groupViewOf } from './group-view.ts'
import { templates } from './templates.generated.ts'
import { textOf } from './text.ts'
import { chartCid, type NoticeView, type RenderOptions, viewOf } from './view.ts'

export type MessageParts = Pick<Mail, 'subject' | 'text' | 'html' | 'images'>

const singleHtml = createMailTemplate<NoticeView>(templates.notice)
const groupHtml = createMailTemplate<GroupView>(templates.group)

/** Gmail clips at 102 kB. */
const htmlMaxBytes = 95_000
/** Told in full; nobody reads more of them in a mail. The others are a line each. */
const mostItems = 50

/** One notice is told in full, several as a list. Throws where there is none: nobody is sent an empty mail. */
export function renderMessage(notices: readonly Notice[], options: RenderOptions): MessageParts {
  const [first, ...others] = notices
  if (!first) throw new Error('render a message: no notices')
  if (others.length === 0 && !options.digest) {
    const view = viewOf(first, options)
    return { subject: view.subject, text: textOf(view), html: singleHtml(view), images: imagesOf([first], options) }
  }
  for (let most = mostItems; ; most = Math.floor(most / 2)) {
    const view = groupViewOf([first, ...others], options, most)
    const whole = groupHtml(view)
    const isSmall = Buffer.byteLength(whole) < htmlMaxBytes
    if (!isSmall && most > 1) continue
    // Of names without end only the text has each.
    const html = isSmall ? whole : groupHtml({ ...view, rest: [] })
    return { subject: view.subject, text: groupTextOf(view), html, images: imagesOf(view.charted, options) }
  }
}

/** In the order in which the HTML shows them. */
function imagesOf(notices: readonly Notice[], { evidence }: RenderOptions): MailImage[] {
  const pictures = notices.flatMap(({ id }) => evidence?.get(id)?.chart ?? [])
  return pictures.map(({ png }, index) => ({ cid: chartCid(index), fileName: `${chartCid(index)}.png`, png }))
}
