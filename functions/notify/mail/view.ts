/** What a mail says, before it is HTML or text. */
import type { Notice } from '../../../core/notice.ts'
import type { ProcessSample } from '../../../core/snapshot.ts'
import { absent, formatBytes, formatPercent } from '../../../core/view/format.ts'
import { linkTarget } from '../../../core/view/html.ts'
import { oneLine } from '../../../core/view/line.ts'
import { light, type StateColour } from '../../../core/view/theme.ts'
import type { MessageLinks } from '../links.ts'
import { lasted, timeInBoth, wordsOf } from './words.ts'

export interface RenderOptions {
  links: MessageLinks
  /** IANA name: the reader's. UTC stands beside it. */
  timeZone: string
  /** Who writes; `Vitals` unless said otherwise. */
  siteName?: string
  /** More was to be told than a receiver takes in an hour: what exceeds it, together. */
  digest?: { capPerHour: number }
}

/** What both parts of the mail say. Strings are printable lines, not escaped for HTML. */
export interface NoticeView {
  subject: string
  preview: string
  badge: { state: StateColour; word: string; note: string; colour: string; surface: string }
  host: string
  headline: string
  facts: { label: string; value: string; note?: string }[]
  processesTitle: string
  processes: { name: string; detail: string; cpu: string; memory: string }[]
  button?: { label: string; href: string }
  footer: string[]
}

export function viewOf(notice: Notice, { links, timeZone, siteName = 'Vitals' }: RenderOptions): NoticeView {
  const { subject, host, headline } = wordsOf(notice)
  const reason = oneLine(notice.reason)
  return {
    subject,
    preview: `${reason}; ${timeInBoth(notice.startedAtMs, timeZone)}`,
    badge: badgeOf(notice),
    host,
    headline,
    facts: factsOf(notice, { reason, timeZone }),
    processesTitle: notice.rule === 'memory' ? 'Largest at that moment' : 'Busiest at that moment',
    processes: (notice.kind === 'firing' ? (notice.top ?? []) : []).map(processRow),
    ...(links.statusPage ? { button: { label: 'Open the status page', href: linkTarget(links.statusPage) } } : {}),
    footer: [closingLine(notice), `${oneLine(siteName)} · notice ${oneLine(notice.id)}`],
  }
}

export function badgeOf({ kind, severity }: Notice): NoticeView['badge'] {
  const state = kind === 'firing' ? severity : kind === 'resolved' ? 'ok' : 'stopped'
  const note = kind === 'firing' ? severity : kind === 'resolved' ? `was ${severity}` : ''
  return { state, word: kind, note, colour: light.state[state], surface: light.stateSurface[state] }
}

function factsOf(notice: Notice, { reason, timeZone }: { reason: string; timeZone: string }): NoticeView['facts'] {
  const { kind, startedAtMs, atMs } = notice
  const at = (label: string, timeMs: number) => ({ label, value: timeInBoth(timeMs, timeZone) })
  if (kind === 'test') return [at('Sent', atMs)]
  const incident = { label: 'Incident', value: oneLine(notice.incident) }
  if (kind === 'resolved') {
    return [
      { label: 'Why', value: reason },
      at('Began', startedAtMs),
      at('Ended', atMs),
      { label: 'Lasted', value: lasted(notice) },
      incident,
    ]
  }
  const since = at('Since', startedAtMs)
  return [
    { label: 'Why', value: reason },
    atMs > startedAtMs ? { ...since, note: `told after ${lasted(notice)}, when it was certain` } : since,
    incident,
  ]
}

function processRow({ name, pid, user, cpuPercent, rssBytes }: ProcessSample): NoticeView['processes'][number] {
  return {
    name: oneLine(name) || absent,
    detail: user === undefined ? `pid ${pid}` : `pid ${pid}, ${oneLine(user)}`,
    cpu: formatPercent(cpuPercent),
    memory: formatBytes(rssBytes),
  }
}

function closingLine({ kind }: Notice): string {
  switch (kind) {
    case 'firing':
    case 'escalated':
    case 'repeat':
      return 'One more mail comes when this is over.'
    case 'amended':
      return 'This corrects what was told of this incident before.'
    case 'resolved':
      return 'This incident is over.'
    case 'test':
      return 'Nothing has happened; somebody wanted to know whether this arrives.'
  }
}
