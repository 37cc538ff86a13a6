/** A notice in words. Whatever a host named is one printable line before it stands among them. */
import { ruleMetricById, unitOfRule } from '../../../core/alerts/rule-metrics.ts'
import type { Unit } from '../../../core/metrics.ts'
import type { Notice } from '../../../core/notice.ts'
import { formatDuration, formatSince, formatTime, formatValue } from '../../../core/view/format.ts'
import { oneLine, plainSpaces } from '../../../core/view/line.ts'

export interface NoticeWords {
  /** 60 characters: how bad, host, what, value; then the incident, to search and to sort by. */
  subject: string
  host: string
  headline: string
}

/** Without the incident. What a phone shows of it is less: how bad it is and the host come first. */
export const subjectLength = 60

export function wordsOf(told: Notice, timeZone: string): NoticeWords {
  const notice = isTrueOrNot(told) ? withoutFigures(told) : told
  const host = hostOf(notice)
  const entity = oneLine(notice.entity)
  const subject = (hostName: string, entityName: string) =>
    `[${tagOf(notice)}] ${hostName}: ${tellBriefly(notice, whatOf(notice, entityName), timeZone)}`
  const short = shortenTogether([host, entity], subjectLength - [...subject('', '')].length)
  return {
    subject: plainSpaces(`${subject(...short)} #${oneLine(notice.incident)}`),
    host,
    headline: tellInFull(notice, whatOf(notice, entity), timeZone),
  }
}

/** No figure says more. */
function isTrueOrNot({ about }: Notice): boolean {
  return about?.kind === 'threshold' && about.metric === 'disk.readOnly'
}

function withoutFigures({ value: _, threshold: __, ...notice }: Notice): Notice {
  return notice
}

/** How bad it is, in capitals; what is no news in small letters before it. */
function tagOf({ kind, severity, flapping }: Notice): string {
  const word = severity.toUpperCase()
  switch (kind) {
    case 'firing':
      return flapping ? `${word}, flapping` : word
    case 'escalated':
      return `now ${word}`
    case 'repeat':
      return `still ${word}`
    case 'resolved':
    case 'amended':
    case 'test':
      return kind.toUpperCase()
  }
}

export function hostOf({ host, about }: Notice): string {
  return about?.kind === 'absent' && about.of === 'all-hosts' ? 'all hosts' : oneLine(host)
}

/** What it is about, without entity: `CPU`, `Disk`, `Host`. */
export function titleOf({ kind, rule, about }: Notice): string {
  if (kind === 'test') return 'Test'
  switch (about?.kind) {
    case 'threshold':
      return [ruleMetricById(about.metric).title, aggregationWords[about.agg]].filter((word) => word !== '').join(' ')
    case 'forecast':
      return ruleMetricById(about.metric).title
    case 'absent':
      return about.of === 'process' ? 'Process' : 'Host'
    case undefined:
      // Custom checks give their findings names of their own.
      return rule === 'finding' ? '' : oneLine(rule)
  }
}

/** A mean needs no word. */
const aggregationWords = { avg: '', min: 'lowest', max: 'highest', p95: 'p95', rate: 'rate', delta: 'change' } as const

function whatOf(notice: Notice, entity: string): string {
  return [titleOf(notice), entity].filter((word) => word !== '').join(' ')
}

function tellBriefly(notice: Notice, what: string, timeZone: string): string {
  const { kind, value, about } = notice
  if (kind === 'test') return 'messages from Vitals arrive'
  if (kind === 'amended') return tellLate(notice, what, timeZone)
  if (notice.forgotten) return about?.kind === 'absent' ? 'gone, and forgotten' : `${what} over: host forgotten`
  if (about?.kind === 'absent') return tellAbsent(notice, what, briefAbsence)
  if (notice.gone) return `${what} gone`
  const measured = value === undefined ? '' : ` ${formatMeasured(notice, value)}`
  if (kind === 'resolved') return `${what}${measured} after ${lasted(notice)}`
  if (about?.kind === 'forecast') return `${what}${measured}, full within ${formatDuration(about.withinMs)}`
  const limit = limitOf(notice)
  // What it was when it began is no news now.
  if (kind === 'repeat') return `${what}${limit} for ${lasted(notice)}`
  return `${what}${measured}${limit}`
}

function tellInFull(notice: Notice, what: string, timeZone: string): string {
  const { kind, value, about, threshold, severity } = notice
  if (kind === 'test') return 'This is a test: messages from Vitals arrive here.'
  if (kind === 'amended') return tellLate(notice, what, timeZone)
  if (notice.forgotten) return 'The host is gone for good, and forgotten'
  if (about?.kind === 'absent') return tellAbsent(notice, what, fullAbsence)
  if (notice.gone) return `${what} is no longer there`
  const beyond =
    threshold === undefined ? '' : `${isBelow(notice) ? 'below' : 'above'} ${formatLimit(notice, threshold)}`
  if (kind === 'resolved')
    return value === undefined ? `${what}: over` : `${what} is back at ${formatMeasured(notice, value)}`
  if (kind === 'repeat') return beyond === '' ? `${what}: it goes on` : `${what} is still ${beyond}`
  const now = kind === 'escalated' ? `: now ${severity}` : ''
  if (value === undefined) return `${what}${now}`
  const measured = `${what} is at ${formatMeasured(notice, value)}`
  if (about?.kind === 'forecast') return `${measured}, and full within ${formatDuration(about.withinMs)}${now}`
  return `${measured}${beyond && `, ${beyond}`}${now}`
}

interface Absence {
  gone: string
  again: string
}

const briefAbsence = {
  host: { gone: 'down', again: 'up again' },
  process: { gone: 'not running', again: 'runs again' },
  'all-hosts': { gone: 'silent at once', again: 'heard again' },
} as const satisfies Record<string, Absence>

const fullAbsence = {
  host: { gone: 'The host is down', again: 'The host is up again' },
  process: { gone: 'is not running', again: 'runs again' },
  'all-hosts': { gone: 'All hosts fell silent at once', again: 'The hosts are heard again' },
} as const satisfies Record<string, Absence>

function tellAbsent(notice: Notice, what: string, words: Readonly<Record<keyof typeof briefAbsence, Absence>>): string {
  const { about, kind } = notice
  const of = about?.kind === 'absent' ? about.of : 'host'
  const said = kind === 'resolved' ? words[of].again : words[of].gone
  const long = kind === 'resolved' || kind === 'repeat'
  const time = long && words === briefAbsence ? ` ${kind === 'resolved' ? 'after' : 'for'} ${lasted(notice)}` : ''
  return `${of === 'process' ? `${what} ` : ''}${said}${time}`
}

function tellLate({ startedAtMs, late, reason }: Notice, what: string, timeZone: string): string {
  if (!late) return `${what}: ${oneLine(reason)}`
  const { learnedAtMs, fired } = late
  const since = (atMs: number) => formatSince(atMs, learnedAtMs, timeZone)
  const learned = `learned ${formatTime(learnedAtMs, timeZone)}`
  if (fired === 'never') return `${what} would not have fired, ${learned}`
  if (fired) return `${what} ${since(fired.fromMs)} to ${formatTime(fired.toMs, timeZone)}, ${learned}`
  return `${what} began ${since(startedAtMs)}, ${learned}`
}

/** ` > 80 %`; nothing where there is no limit. */
function limitOf(notice: Notice): string {
  const { threshold, about } = notice
  if (threshold === undefined) return ''
  const op = about?.kind === 'threshold' ? about.op : isBelow(notice) ? '<' : '>'
  return ` ${op.replace('>=', '≥').replace('<=', '≤')} ${formatLimit(notice, threshold)}`
}

/** A custom check that minds what is too little tells it by its value. */
function isBelow({ about, value, threshold }: Notice): boolean {
  if (about?.kind === 'threshold') return about.op.startsWith('<')
  return value !== undefined && threshold !== undefined && value < threshold
}

export function lasted({ startedAtMs, atMs }: Pick<Notice, 'startedAtMs' | 'atMs'>): string {
  return formatDuration(atMs - startedAtMs)
}

/** Where a digit less would read like the limit itself there is one more: `90.01 %`, not `90.0 % > 90 %`. */
export function formatMeasured(notice: Notice, value: number): string {
  const { threshold } = notice
  const unit = unitOf(notice)
  const isClose = unit === '%' && value !== threshold && value.toFixed(1) === threshold?.toFixed(1)
  return isClose ? `${value.toFixed(2)}\u00a0%` : formatValue(value, unit)
}

/** As it was set: `90 %`, not `90.0 %`. */
export function formatLimit(notice: Notice, threshold: number): string {
  const unit = unitOf(notice)
  return unit === '%' ? `${threshold}\u00a0%` : formatValue(threshold, unit)
}

function unitOf({ about }: Notice): Unit {
  switch (about?.kind) {
    case 'threshold':
      return unitOfRule(about)
    case 'forecast':
      return ruleMetricById(about.metric).unit
    case 'absent':
    case undefined:
      return 'count'
  }
}

const shortestName = 12

/** Both whole if there is room for them; the shorter one as whole as may be. */
function shortenTogether([a, b]: [string, string], room: number): [string, string] {
  const half = Math.max(shortestName, Math.floor(room / 2))
  const [lengthA, lengthB] = [[...a].length, [...b].length]
  return [shorten(a, Math.max(half, room - lengthB)), shorten(b, Math.max(half, room - lengthA))]
}

/** Keeps both ends, since names of a fleet differ there. */
export function shorten(text: string, length: number): string {
  const chars = [...text]
  if (chars.length <= length) return text
  const tail = Math.floor((length - 1) / 2)
  return `${chars.slice(0, length - 1 - tail).join('')}…${chars.slice(-tail).join('')}`
}
