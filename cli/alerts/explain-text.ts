/** `vitals alerts explain` for people: each step with its reason, and below it the objects that say so. */
import type { Transition } from '../../core/alerts/alert.ts'
import type { NoticeStatus } from '../../core/notice.ts'
import { isOpen } from '../../core/telling/told.ts'
import { formatDateTime } from '../../core/view/format.ts'
import { harmless } from '../top/cells.ts'
import type { Explained, Step } from './explain.ts'
import type { NoticeFound } from './notices.ts'
import type { RuleNow } from './rule-now.ts'
import { ackWords, nameWords, severityWord, silenceWords, span, type When } from './words.ts'

const margin = '    '
const titleWidth = 9

export interface ExplainView extends When {
  /** Absent: the host has no such rule now. */
  ruleNow?: RuleNow | undefined
}

export function explainLines(explained: Explained, view: ExplainView): string[] {
  const { steps, notices, logBeginsMs, startedAtMs } = explained
  const time = timeWith(view)
  return [
    headOf(explained, view),
    ...explained.acks.map((ack) => ackWords(ack, view)),
    ...explained.silences.map((silence) => silenceWords(silence, view)),
    ...(logBeginsMs === undefined
      ? []
      : [
          `! It began ${time(startedAtMs)}, and the log reaches back to ${time(logBeginsMs)} only: steps before that are gone.`,
        ]),
    ...(steps.length === 0 ? ['! The log has nothing of it any more.'] : []),
    ...steps.flatMap((step) => ['', ...stepLines(step, notices, view)]),
  ]
}

function headOf(explained: Explained, view: When): string {
  const { incident, told, startedAtMs } = explained
  const severity = told ? `  ${severityWord(told.severity)}` : ''
  const since = `began ${timeWith(view)(startedAtMs)} ${view.timeZone}`
  if (told && isOpen(told))
    return `#${incident}${severity}  ${nameWords(explained)}  ${since}, open for ${span(view.nowMs - startedAtMs)}`
  const ended = told?.endedAtMs
  const lasted = ended === undefined ? 'over' : `over after ${span(ended - startedAtMs)}`
  return `#${incident}${severity}  ${nameWords(explained)}  ${since}, ${lasted}`
}

function stepLines(step: Step, notices: readonly NoticeFound[], view: ExplainView): string[] {
  const { row, decidedAtMs, block } = step
  const at = timeWith(view)(decidedAtMs)
  const written = titled('block', `${block.key} ${etagWords(block.etag)}`)
  switch (row.kind) {
    case 'transition':
      return [
        `${at}  ${transitionWords(row, view)}`,
        `${margin}${harmless(row.reason)}`,
        ...evidence(step, row, view),
        written,
      ]
    case 'telling': {
      const theirs = row.notices.flatMap((id) => noticeLines(id, notices, view))
      return [`${at}  told: ${row.tell}`, `${margin}${harmless(row.reason)}`, ...theirs, written]
    }
    case 'held':
      return [`${at}  held back: ${row.by}`, `${margin}${harmless(row.reason)}`, written]
    case 'acknowledged':
      return [`${at}  ${ackWords(row.ack, view)}`, written]
    case 'silenced':
      return [`${at}  ${silenceWords(row.silence, view)}`, written]
  }
}

function transitionWords(row: Transition, view: When): string {
  const { from, to, severity, severityBefore, atMs, late, amends, flapping } = row
  const how = severityBefore === undefined ? severity : `${severityBefore} -> ${severity}`
  const phases = from === to ? to : `${from} -> ${to}`
  const notes = [
    ...(late ? [`happened ${timeWith(view)(atMs)}, learned late`] : []),
    ...(amends === undefined ? [] : ['amends what was told']),
    ...(flapping ? ['flapping'] : []),
  ]
  return [`${phases}, ${how}`, ...notes].join('; ')
}

function evidence({ samples, rulesHash }: Step, row: Transition, { ruleNow, timeZone }: ExplainView): string[] {
  const values = samples.map(({ atMs, value }) => `${clock(atMs, timeZone)} ${Number(value.toFixed(3))}`)
  const origins = new Map(
    samples.flatMap(({ inboxKey, block }) => (inboxKey && block ? [[inboxKey, block] as const] : [])),
  )
  const unknown = samples.filter(({ inboxKey }) => inboxKey === undefined).length
  return [
    ...(values.length === 0 ? [] : [titled('values', values.join(', '))]),
    ...[...origins].map(([inboxKey, block]) => titled('batch', `${inboxKey}, taken by block ${numberOf(block.key)}`)),
    ...(unknown === 0 || samples.length === 0
      ? []
      : [titled('batch', `of ${unknown} values is not in the blocks that were read`)]),
    ...ruleLines(row, rulesHash, ruleNow),
  ]
}

function ruleLines({ ruleHash }: Transition, rulesHash: string, ruleNow: RuleNow | undefined): string[] {
  if (ruleHash === undefined) return [titled('rule', `none of this host's; all rules: ${rulesHash}`)]
  const words = `${ruleHash}, of all rules ${rulesHash}`
  if (ruleNow?.hash === ruleHash) return [titled('rule', words), titled('', harmless(ruleNow.text))]
  const now = ruleNow ? `another now: ${ruleNow.hash}` : 'this host has no such rule now'
  return [titled('rule', `${words}; ${now}`)]
}

function noticeLines(id: string, notices: readonly NoticeFound[], view: ExplainView): string[] {
  const found = notices.find((one) => one.id === id)
  if (!found) return []
  if ('unread' in found) return [titled('notice', `${harmless(id)}: ${harmless(found.unread)}`)]
  const { notice, status } = found.object
  const words = `${harmless(notice.receiver)}: ${statusWords(status, view)}`
  return [titled('notice', words), titled('', `${harmless(found.key)} ${etagWords(found.etag)}`)]
}

function statusWords(status: NoticeStatus, view: When): string {
  const time = timeWith(view)
  switch (status.state) {
    case 'pending': {
      const tried = status.attempts === 0 ? '' : `, tried ${status.attempts} times: ${harmless(status.lastError ?? '')}`
      return `not sent yet${tried}`
    }
    case 'claimed':
      return `being sent, by ${harmless(status.by)} until ${time(status.untilMs)}`
    case 'sent':
      return `sent ${time(status.atMs)} to ${harmless(status.where)} as ${harmless(status.messageId)}`
    case 'cancelled':
      return `cancelled ${time(status.atMs)}: ${harmless(status.reason)}`
    case 'dead':
      return `given up ${time(status.atMs)} after ${status.attempts} tries: ${harmless(status.lastError)}`
  }
}

function titled(title: string, text: string): string {
  return `${margin}${title.padEnd(titleWidth)}${text}`
}

function etagWords(etag: string): string {
  return `(ETag ${harmless(etag)})`
}

function numberOf(key: string): string {
  return String(Number(/(\d{16})-[^/]*$/.exec(key)?.[1] ?? 0))
}

function timeWith({ timeZone }: When): (atMs: number) => string {
  return (atMs) => formatDateTime(atMs, timeZone)
}

/** `14:03:20` */
function clock(atMs: number, timeZone: string): string {
  return new Intl.DateTimeFormat('en-GB', { timeZone, timeStyle: 'medium' }).format(atMs)
}
