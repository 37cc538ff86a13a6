/** A notice as a mail: pure. HTML by the compiled template, whose every value is escaped, and a text that stands alone. */
import type { Mail } from '../../../adapters/mail/port.ts'
import { createMailTemplate } from '../../../adapters/mail/template.ts'
import type { Notice } from '../../../core/notice.ts'
import { templates } from './templates.generated.ts'
import { textOf } from './text.ts'
import { type NoticeMailOptions, type NoticeView, viewOf } from './view.ts'

const htmlOf = createMailTemplate<NoticeView>(templates.notice)

export function renderNoticeMail(notice: Notice, options: NoticeMailOptions): Mail {
  const view = viewOf(notice, options)
  return { id: notice.id, subject: view.subject, text: textOf(view), html: htmlOf(view), images: [] }
}
