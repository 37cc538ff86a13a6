/** What the message of several notices says, before it is HTML or text: a list, the worst first. */
import type { Notice } from '../../../core/notice.ts'
import { oneLine } from '../../../core/view/line.ts'
import { light } from '../../../core/view/theme.ts'
import { groupHeadline, groupSubject } from './group-words.ts'
import { timeInBoth } from './times.ts'
import { type Action, actionsOf, type Badge, badgeOf, chartCid, type NoticeView, type RenderOptions } from './view.ts'
import { hostOf, shorten, titleOf, wordsOf } from './words.ts'

/** Strings are printable lines, not escaped for HTML. */
export interface GroupView extends Pick<NoticeView, 'subject' | 'preview' | 'footer'> {
  headline: string
  /** Below it, where it needs a word. */
  explanation?: string
  counts: Badge[]
  items: GroupItem[]
  /** Those of them that have a picture, in this order. */
  charted: Notice[]
  /** Said where not all are told in full. */
  left?: string
  /** Of those a line each. */
  rest: string[]
  actions: Action[]
}

interface GroupItem {
  badge: Badge
  host: string
  headline: string
  reason: string
  since: string
  incident: string
  note?: string
  runbook?: string
  chart?: { cid: string; alt: string }
  actions: Action[]
}

/** At most `mostItems` are listed, the worst. */
export function groupViewOf(
  notices: readonly [Notice, ...Notice[]],
  options: RenderOptions,
  mostItems: number,
): GroupView {
  const { links, siteName = 'Vitals', digest, evidence } = options
  const sorted = notices.toSorted(worstFirst)
  const shown = sorted.slice(0, mostItems)
  const left = notices.length - shown.length
  const charted = shown.filter(({ id }) => evidence?.get(id)?.chart)
  const { statusPage } = links
  return {
    subject: groupSubject(sorted, digest !== undefined),
    preview: shorten(shown.map((notice) => oneLine(notice.reason)).join('; '), 200),
    headline: groupHeadline(sorted),
    ...(digest
      ? { explanation: `More than ${digest.capPerHour} messages in an hour: these would have been the next ones.` }
      : {}),
    counts: countsOf(notices),
    items: shown.map((notice) => itemOf(notice, options, charted.indexOf(notice))),
    charted,
    ...(left > 0 ? { left: `and ${left} more, which the status page and \`vitals alerts\` list:` } : {}),
    rest: sorted.slice(mostItems).map(lineOf),
    actions: actionsOf({ incident: '' }, statusPage === undefined ? {} : { statusPage }),
    footer: [`${oneLine(siteName)} · ${notices.length} notices for ${oneLine(notices[0].receiver)}`],
  }
}

/** Longer words are cut in a list: each notice has an incident page that tells them in full. */
const longest = { host: 64, headline: 120, reason: 200, note: 200, line: 80 }

function itemOf(notice: Notice, { links, timeZone, evidence }: RenderOptions, chartIndex: number): GroupItem {
  const { host, headline } = wordsOf(notice, timeZone)
  const { note, runbook, startedAtMs } = notice
  const chart = evidence?.get(notice.id)?.chart
  return {
    badge: badgeOf(notice),
    host: shorten(host, longest.host),
    headline: shorten(headline, longest.headline),
    reason: shorten(oneLine(notice.reason), longest.reason),
    since: timeInBoth(startedAtMs, timeZone),
    incident: oneLine(notice.incident),
    ...(note === undefined ? {} : { note: shorten(oneLine(note), longest.note) }),
    ...(runbook === undefined ? {} : { runbook: oneLine(runbook) }),
    ...(chart && chartIndex >= 0 ? { chart: { cid: chartCid(chartIndex), alt: oneLine(chart.alt) } } : {}),
    actions: actionsOf(notice, links.incidents ? { incidents: links.incidents } : {}),
  }
}

/** `CRITICAL web-1: Disk /var #0123456789ab` */
function lineOf(notice: Notice): string {
  const { word } = badgeOf(notice)
  const what = [titleOf(notice), oneLine(notice.entity)].filter((part) => part !== '').join(' ')
  return `${word.toUpperCase()} ${shorten(hostOf(notice), longest.host)}: ${shorten(what, longest.line)} #${oneLine(notice.incident)}`
}

/** How many of each, the worst first. */
function countsOf(notices: readonly Notice[]): Badge[] {
  const counted = Map.groupBy(notices.toSorted(worstFirst).map(badgeOf), ({ word }) => word)
  return [...counted].flatMap(([word, [first, ...others]]) => {
    if (!first) return []
    const { state } = first
    return [{ ...first, word: `${1 + others.length} ${word}`, note: '', colour: light.state[state] }]
  })
}

function worstFirst(a: Notice, b: Notice): number {
  return rank(a) - rank(b) || a.startedAtMs - b.startedAtMs
}

function rank({ kind, severity }: Notice): number {
  if (kind === 'resolved') return 3
  if (kind === 'amended') return 2
  return severity === 'critical' ? 0 : 1
}
