/** Several notices as one message, before it is HTML or text. */
import type { Notice } from '../../../core/notice.ts'
import { linkTarget } from '../../../core/view/html.ts'
import { oneLine, plainSpaces } from '../../../core/view/line.ts'
import { badgeOf, type NoticeView, type RenderOptions } from './view.ts'
import { timeInBoth, titleOf, wordsOf } from './words.ts'

/** Strings are printable lines, not escaped for HTML. */
export interface GroupView
  extends Pick<NoticeView, 'subject' | 'preview' | 'badge' | 'headline' | 'button' | 'footer'> {
  items: {
    badge: NoticeView['badge']
    host: string
    headline: string
    reason: string
    since: string
    incident: string
  }[]
  /** Said where not all are listed. */
  left?: string
}

/** At most `mostItems` are listed, the worst. */
export function groupViewOf(
  notices: readonly [Notice, ...Notice[]],
  options: RenderOptions,
  mostItems: number,
): GroupView {
  const { links, timeZone, siteName = 'Vitals', digest } = options
  const worst = notices.toSorted(worstFirst)
  const first = worst[0] ?? notices[0]
  const shown = worst.slice(0, mostItems)
  const left = notices.length - shown.length
  const headline = headlineOf(notices)
  return {
    subject: plainSpaces(
      `${tagOf(notices)} ${headline} #${oneLine(first.incident)}${notices.length > 1 ? ` +${notices.length - 1}` : ''}`,
    ),
    preview: shown
      .map((notice) => oneLine(notice.reason))
      .join('; ')
      .slice(0, 200),
    badge: { ...badgeOf(first), note: `${notices.length} notices` },
    headline: digest ? `More than ${digest.capPerHour} messages in an hour: the others together` : headline,
    items: shown.map((notice) => ({
      badge: badgeOf(notice),
      host: wordsOf(notice).host,
      headline: wordsOf(notice).headline,
      reason: oneLine(notice.reason),
      since: timeInBoth(notice.startedAtMs, timeZone),
      incident: oneLine(notice.incident),
    })),
    ...(left > 0 ? { left: `and ${left} more, which the status page shows` } : {}),
    ...(links.statusPage ? { button: { label: 'Open the status page', href: linkTarget(links.statusPage) } } : {}),
    footer: [`${oneLine(siteName)} · ${notices.length} notices`],
  }
}

function worstFirst(a: Notice, b: Notice): number {
  return rank(a) - rank(b) || a.startedAtMs - b.startedAtMs
}

function rank({ kind, severity }: Notice): number {
  if (kind === 'resolved') return 3
  return severity === 'critical' ? 0 : kind === 'amended' ? 2 : 1
}

function tagOf(notices: readonly Notice[]): string {
  const over = notices.filter(({ kind }) => kind === 'resolved').length
  const firing = notices.length - over
  const parts = [firing > 0 ? `FIRING ${firing}` : '', over > 0 ? `RESOLVED ${over}` : '']
  return `[${parts.filter((part) => part !== '').join(', ')}]`
}

function headlineOf(notices: readonly Notice[]): string {
  const titles = [...new Set(notices.map(titleOf))]
  const hosts = [...new Set(notices.map(({ host }) => oneLine(host)))]
  return `${listed(titles)} on ${listed(hosts)}`
}

const namesShown = 3

function listed(names: readonly string[]): string {
  const more = names.length - namesShown
  return more > 0 ? `${names.slice(0, namesShown).join(', ')} and ${more} more` : names.join(', ')
}
