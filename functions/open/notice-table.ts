/** What somebody was told, or is about to be. */
import { allHosts } from '../../core/alerts/alert.ts'
import { defaultReceiver, type NoticeObject, type NoticeStatus } from '../../core/notice.ts'
import { formatSince, isoTime } from '../../core/view/format.ts'
import { type Html, html } from '../../core/view/html.ts'
import { reasonBeside, ruleTitle, type StateWords, severityWord, type ViewTime } from './host-view.ts'
import { pill } from './pill.ts'

export function noticeTable(notices: readonly NoticeObject[], time: ViewTime): Html {
  return html`<section class="card" aria-labelledby="notices"><h2 id="notices">Notices</h2>${
    notices.length === 0
      ? html`<p class="muted">Nobody had to be told of anything.</p>`
      : html`<div><table class="stack small"><thead><tr><th scope="col">Host</th><th scope="col">Kind</th><th scope="col">What</th><th scope="col">When</th><th scope="col">Told</th></tr></thead><tbody>${notices.map(
          (notice) => row(notice, time),
        )}</tbody></table></div>`
  }</section>`
}

/** The name under which the site serves the mail that was kept as a file, when it was. */
function noticeFileName({ status }: NoticeObject): string | undefined {
  if (status.state !== 'sent') return undefined
  const name = status.where.slice(status.where.lastIndexOf('/') + 1)
  return isNoticeFileName(name) ? name : undefined
}

export function isNoticeFileName(name: string): boolean {
  return /^[A-Za-z0-9_~-][A-Za-z0-9._~-]{0,200}\.eml$/.test(name)
}

function row(object: NoticeObject, time: ViewTime): Html {
  const { host, rule, entity, reason, atMs, receiver } = object.notice
  return html`<tr><th scope="row">${host === allHosts ? 'all hosts' : host}</th><td>${pill(kindWords(object))}</td><td>${ruleTitle(rule, entity)}<span class="muted">: ${reasonBeside(rule, reason)}</span></td><td class="nowrap"><time datetime="${isoTime(atMs)}">${formatSince(
    atMs,
    time.nowMs,
    time.timeZone,
  )}</time></td><td>${receiver === defaultReceiver ? '' : `${receiver}: `}${told(object, time)}</td></tr>`
}

export function kindWords({ notice: { kind, severity } }: NoticeObject): StateWords {
  switch (kind) {
    case 'firing':
      return { word: severityWord(severity), colour: severity }
    case 'escalated':
      return { word: 'Escalated', colour: severity }
    case 'repeat':
      return { word: 'Still firing', colour: severity }
    case 'amended':
      return { word: 'Amended', colour: 'noData' }
    case 'resolved':
      return { word: 'Resolved', colour: 'ok' }
    case 'test':
      return { word: 'Test', colour: 'stopped' }
  }
}

export function told(object: NoticeObject, { nowMs, timeZone }: ViewTime): Html {
  const file = noticeFileName(object)
  if (file !== undefined) return html`<a href="/notices/${encodeURIComponent(file)}">mail, kept as a file</a>`
  return html`${statusWords(object.status, (atMs) => formatSince(atMs, nowMs, timeZone))}`
}

function statusWords(status: NoticeStatus, when: (atMs: number) => string): string {
  switch (status.state) {
    case 'pending':
      return status.lastError === undefined
        ? 'waits to be sent'
        : `not sent, tried ${status.attempts} times: ${status.lastError}`
    case 'claimed':
      return 'is being sent'
    case 'sent':
      return `${when(status.atMs)} to ${status.where}`
    case 'cancelled':
      return `cancelled: ${status.reason}`
    case 'dead':
      return `nobody was told, after ${status.attempts} tries: ${status.lastError}`
  }
}
