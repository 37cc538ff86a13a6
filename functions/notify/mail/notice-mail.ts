/** A notice as a mail: pure. HTML by the compiled template, whose every value is escaped, and a text that stands alone. */
import { Eta, type TemplateFunction } from 'eta/core'
import type { Mail } from '../../../adapters/mail/port.ts'
import type { Notice } from '../../../core/notice.ts'
import { escapeHtml } from '../../../core/view/html.ts'
import { templates } from './templates.generated.ts'
import { textOf } from './text.ts'
import { type NoticeMailOptions, viewOf } from './view.ts'

const eta = new Eta({
  tags: ['{{', '}}'],
  autoEscape: true,
  escapeFunction: (value: unknown) => escapeHtml(String(value)),
})
/** Compiled when the first mail is made: most runs make none. */
let noticeTemplate: TemplateFunction | undefined

export function renderNoticeMail(notice: Notice, options: NoticeMailOptions): Mail {
  const view = viewOf(notice, options)
  noticeTemplate ??= eta.compile(templates.notice)
  return { id: notice.id, subject: view.subject, text: textOf(view), html: noticeTemplate.call(eta, view), images: [] }
}
