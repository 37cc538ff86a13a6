/** What the message of one notice says, before it is HTML or text. */

import type { MessageLinks } from '../../../adapters/receivers/port.ts'
import type { Notice } from '../../../core/notice.ts'
import type { ProcessSample } from '../../../core/snapshot.ts'
import { absent, formatBytes, formatPercent } from '../../../core/view/format.ts'
import { linkTarget } from '../../../core/view/html.ts'
import { oneLine } from '../../../core/view/line.ts'
import { light, type StateColour } from '../../../core/view/theme.ts'
import { type Fact, factsOf } from './facts.ts'
import { timeInBoth } from './times.ts'
import { wordsOf } from './words.ts'

export interface RenderOptions {
  links: MessageLinks
  /** IANA name: the reader's. UTC stands beside it. */
  timeZone: string
  /** Who writes; `Vitals` unless said otherwise. */
  siteName?: string
  /** By the notice's id: what was found out beside it. */
  evidence?: ReadonlyMap<string, Evidence>
  /** More was to be told than a receiver takes in an hour: what exceeds it, together. */
  digest?: { capPerHour: number }
}

/** What the bucket told of the hours before, as far as it did in time. */
export interface Evidence {
  chart?: ChartPicture
  /** Lines, newest first. */
  changes?: readonly string[]
}

export interface ChartPicture {
  png: Uint8Array
  /** CSS pixels. */
  width: number
  height: number
  /** Tells the numbers. */
  alt: string
}

export interface Badge {
  state: StateColour
  word: string
  note: string
  colour: string
  surface: string
}

export interface Action {
  label: string
  href: string
}

/** What both parts of the message say. Strings are printable lines, not escaped for HTML. */
export interface NoticeView {
  subject: string
  preview: string
  badge: Badge
  host: string
  headline: string
  facts: Fact[]
  chart?: { cid: string; alt: string; width: number; height: number }
  processesTitle: string
  processes: { name: string; detail: string; cpu: string; memory: string }[]
  changes: string[]
  /** The first is what most readers want. */
  actions: Action[]
  footer: string[]
}

export function viewOf(notice: Notice, options: RenderOptions): NoticeView {
  const { links, timeZone, siteName = 'Vitals', evidence } = options
  const { subject, host, headline } = wordsOf(notice, timeZone)
  const { chart, changes = [] } = evidence?.get(notice.id) ?? {}
  return {
    subject,
    preview: `${oneLine(notice.reason)}; ${timeInBoth(notice.startedAtMs, timeZone)}`,
    badge: badgeOf(notice),
    host,
    headline,
    facts: factsOf(notice, timeZone),
    ...(chart
      ? { chart: { cid: chartCid(0), alt: oneLine(chart.alt), width: chart.width, height: chart.height } }
      : {}),
    processesTitle: `${isOfMemory(notice) ? 'Largest' : 'Busiest'} at that moment`,
    processes: (notice.top ?? []).map(processRow),
    changes: changes.map(oneLine),
    actions: actionsOf(notice, links),
    footer: [closingLine(notice), `${oneLine(siteName)} · notice ${oneLine(notice.id)}`],
  }
}

export function chartCid(index: number): string {
  return `chart-${index + 1}`
}

export function badgeOf(notice: Notice): Badge {
  const { kind, severity, severityBefore, repeat, flapping } = notice
  const state = stateOf(notice)
  const colours = { colour: light.state[state], surface: light.stateSurface[state] }
  const badge = (word: string, note: string): Badge => ({ state, word, note, ...colours })
  switch (kind) {
    case 'firing':
      return badge(severity, flapping ? 'flapping: told once, then held until it is calm' : 'firing')
    case 'escalated':
      return badge(severity, severityBefore === undefined ? 'it got worse' : `was ${severityBefore}, it got worse`)
    case 'repeat':
      return badge(severity, `still firing${repeat === undefined ? '' : `, reminder ${repeat}`}`)
    case 'resolved':
      return badge('resolved', `was ${severity}`)
    case 'amended':
      return badge('amended', 'late data changed what was told')
    case 'test':
      return badge('test', '')
  }
}

/** What is gone is over, and no more known to be well than before. */
function stateOf({ kind, severity, gone, forgotten }: Notice): StateColour {
  if (kind === 'resolved') return gone || forgotten ? 'stopped' : 'ok'
  if (kind === 'amended') return 'noData'
  return kind === 'test' ? 'stopped' : severity
}

function isOfMemory({ about, rule }: Notice): boolean {
  return about?.kind === 'threshold'
    ? /^(memory|swap|process\.memory|pressure\.memory)/.test(about.metric)
    : rule === 'memory'
}

/** What can be done first, then what can be looked at. */
export function actionsOf(
  { incident }: Pick<Notice, 'incident'>,
  { incidents = {}, statusPage }: MessageLinks,
): Action[] {
  const links = Object.hasOwn(incidents, incident) ? incidents[incident] : undefined
  const all: [label: string, href: string | undefined][] = [
    ['Acknowledge', links?.acknowledge],
    ['Silence', links?.silence],
    ['Incident', links?.page],
    ['Report of that time', links?.report],
    ['Status page', statusPage],
  ]
  return all.flatMap(([label, href]) => (href === undefined ? [] : [{ label, href: linkTarget(href) }]))
}

function processRow({ name, pid, user, cpuPercent, rssBytes }: ProcessSample): NoticeView['processes'][number] {
  return {
    name: oneLine(name) || absent,
    detail: user === undefined ? `pid ${pid}` : `pid ${pid}, ${oneLine(user)}`,
    cpu: formatPercent(cpuPercent),
    memory: formatBytes(rssBytes),
  }
}

function closingLine({ kind, flapping }: Notice): string {
  switch (kind) {
    case 'firing':
      return flapping ? 'Nothing more comes until it is calm or gets worse.' : 'One more comes when this is over.'
    case 'escalated':
    case 'repeat':
      return 'One more comes when this is over.'
    case 'amended':
      return 'This corrects what was told of this incident before.'
    case 'resolved':
      return 'This incident is over.'
    case 'test':
      return 'Nothing has happened; somebody wanted to know whether this arrives.'
  }
}
