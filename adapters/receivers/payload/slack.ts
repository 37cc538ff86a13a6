/**
 * A message as Slack's incoming webhooks take it, and what speaks their language: Mattermost, Rocket.Chat, Discord's /slack.
 * https://docs.slack.dev/reference/block-kit/blocks
 */
import type { Notice } from '../../../core/notice.ts'
import { formatDateTime } from '../../../core/view/format.ts'
import { linkTarget } from '../../../core/view/html.ts'
import { oneLine } from '../../../core/view/line.ts'
import type { Message } from '../port.ts'

/** https://docs.slack.dev/reference/block-kit/blocks/header-block and …/section-block, …/context-block */
const mostHeader = 150
/** Of the 3,000 characters of a section, which has five lines at most. */
const mostLine = 500
/** Of 50 that a message may have; one is the header, one the foot. */
const mostSections = 45

export function slackPayload({ subject, notices, links }: Message) {
  const shown = notices.slice(0, mostSections)
  const left = notices.length - shown.length
  const page = links.statusPage === undefined ? '' : linkTarget(links.statusPage)
  const foot = [
    left > 0 ? `and ${left} more` : '',
    page === '' ? '' : `<${page.replace(/[<>|]/g, encodeURIComponent)}|Open the status page>`,
  ].filter((part) => part !== '')
  return {
    /** What notifications show. */
    text: escapeMrkdwn(subject),
    blocks: [
      { type: 'header', text: { type: 'plain_text', text: cut(oneLine(subject), mostHeader), emoji: false } },
      ...shown.map((notice) => section(sectionText(notice))),
      ...(foot.length === 0
        ? []
        : [{ type: 'context', elements: [{ type: 'mrkdwn', text: foot.join(' · '), verbatim: true }] }]),
    ],
  }
}

function section(text: string) {
  // Verbatim: no word of a host becomes a link or a mention by itself.
  return { type: 'section', text: { type: 'mrkdwn', text, verbatim: true } }
}

function sectionText(notice: Notice): string {
  const { kind, severity, host, entity, rule, reason, startedAtMs, incident, note, runbook } = notice
  const state = kind === 'firing' || kind === 'escalated' || kind === 'repeat' ? `${kind}, ${severity}` : kind
  const lines = [
    `*${state}* ${escapeMrkdwn([host, rule, entity].filter((word) => word !== '').join(' '))}`,
    escapeMrkdwn(reason),
    `since ${formatDateTime(startedAtMs, 'UTC')} UTC, incident ${escapeMrkdwn(incident)}`,
    ...(note === undefined ? [] : [escapeMrkdwn(note)]),
    ...(runbook === undefined ? [] : [escapeMrkdwn(runbook)]),
  ]
  return lines.join('\n')
}

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }

/**
 * Their three: `<!channel>` of a host's name calls nobody. No longer than `mostLine`, and never cut through an escape.
 * https://docs.slack.dev/messaging/formatting-message-text#escaping
 */
function escapeMrkdwn(text: string): string {
  let escaped = ''
  for (const char of oneLine(text)) {
    const next = escapes[char] ?? char
    if (escaped.length + next.length >= mostLine) return `${escaped}…`
    escaped += next
  }
  return escaped
}

function cut(text: string, length: number): string {
  const chars = [...text]
  return chars.length <= length ? text : `${chars.slice(0, length - 1).join('')}…`
}
