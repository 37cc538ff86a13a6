/** A notice in words. Whatever a host named is one printable line before it stands among them. */
import { type RuleMetricId, ruleMetricById } from '../../../core/alerts/rule-metrics.ts'
import type { Unit } from '../../../core/metrics.ts'
import type { Notice } from '../../../core/notice.ts'
import { formatDateTime, formatDuration, formatTime, formatValue } from '../../../core/view/format.ts'
import { oneLine, plainSpaces } from '../../../core/view/line.ts'

/** The default rules; any other is called by its id. */
const metricOfRule: Readonly<Record<string, RuleMetricId>> = {
  cpu: 'cpu.percent',
  memory: 'memory.percent',
  disk: 'disk.percent',
  inodes: 'disk.inodes',
  'read-only': 'disk.readOnly',
}
/** True or not: no figure says more. */
const unmeasuredRules: readonly string[] = ['read-only']

export interface NoticeWords {
  /** About 60 characters: kind, host, what, value; then the incident, to search and to sort by. */
  subject: string
  host: string
  headline: string
}

/** Without the incident. What a phone shows of it is less: the kind and the host come first. */
const subjectLength = 60

export function wordsOf(told: Notice): NoticeWords {
  const { value: _, threshold: __, ...unmeasured } = told
  const notice = unmeasuredRules.includes(told.rule) ? unmeasured : told
  const host = oneLine(notice.host)
  const entity = oneLine(notice.entity)
  const title = titleOf(notice)
  const what = (name: string) => [title, name].filter((word) => word !== '').join(' ')
  const subject = (hostName: string, entityName: string) =>
    `[${notice.kind}] ${hostName}: ${tellBriefly(notice, what(entityName))}`
  const short = shortenTogether([host, entity], subjectLength - [...subject('', '')].length)
  return {
    subject: plainSpaces(`${subject(...short)} #${oneLine(notice.incident)}`),
    host,
    headline: tellInFull(notice, what(entity)),
  }
}

export function titleOf({ kind, rule }: Notice): string {
  if (kind === 'test') return 'Test'
  if (rule === 'host-down') return 'Host'
  // Custom checks give their findings names of their own.
  if (rule === 'finding') return ''
  const metric = metricOfRule[rule]
  return metric ? ruleMetricById(metric).title : oneLine(rule)
}

function tellBriefly(notice: Notice, what: string): string {
  const { kind, value, threshold } = notice
  if (kind === 'test') return 'mails from Vitals arrive'
  if (notice.forgotten) return notice.rule === 'host-down' ? 'gone, and forgotten' : `${what} over: host forgotten`
  if (notice.rule === 'host-down') return kind === 'firing' ? 'down' : `up again after ${lasted(notice)}`
  const measured = value === undefined ? '' : ` ${formatMeasured(notice, value)}`
  if (kind === 'resolved') return `${what}${measured} after ${lasted(notice)}`
  if (threshold === undefined) return `${what}${measured}`
  return `${what}${measured} ${isBelow(notice) ? '<' : '>'} ${formatThreshold(notice, threshold)}`
}

function tellInFull(notice: Notice, what: string): string {
  const { kind, value, threshold } = notice
  if (kind === 'test') return 'This is a test: mails from Vitals arrive here.'
  if (notice.forgotten) return 'The host is gone for good, and forgotten'
  if (notice.rule === 'host-down') return kind === 'firing' ? 'The host is down' : 'The host is up again'
  if (value === undefined) return kind === 'firing' ? what : `${what}: over`
  const measured = formatMeasured(notice, value)
  if (kind === 'resolved') return `${what} is back at ${measured}`
  if (threshold === undefined) return `${what} is at ${measured}`
  return `${what} is at ${measured}, ${isBelow(notice) ? 'below' : 'above'} ${formatThreshold(notice, threshold)}`
}

/** Rules are broken from above; a custom check may mind what is too little. */
function isBelow({ value, threshold }: Notice): boolean {
  return value !== undefined && threshold !== undefined && value < threshold
}

export function lasted({ startedAtMs, atMs }: Pick<Notice, 'startedAtMs' | 'atMs'>): string {
  return formatDuration(atMs - startedAtMs)
}

function formatMeasured({ rule }: Notice, value: number): string {
  return formatValue(value, unitOf(rule))
}

/** As it was set: `90 %`, not `90.0 %`. */
function formatThreshold({ rule }: Notice, threshold: number): string {
  const unit = unitOf(rule)
  return unit === '%' ? `${threshold}\u00a0%` : formatValue(threshold, unit)
}

function unitOf(rule: string): Unit {
  const metric = metricOfRule[rule]
  return metric ? ruleMetricById(metric).unit : 'count'
}

/** `2026-03-01 14:03 Europe/Berlin (13:03 UTC)`; once only where the two are one. */
export function timeInBoth(atMs: number, timeZone: string): string {
  const local = formatDateTime(atMs, timeZone)
  const utc = formatDateTime(atMs, 'UTC')
  if (local === utc) return `${utc} UTC`
  const isSameDay = local.slice(0, 10) === utc.slice(0, 10)
  return `${local} ${timeZone} (${isSameDay ? formatTime(atMs, 'UTC') : utc} UTC)`
}

const shortestName = 12

/** Both whole if there is room for them; the shorter one as whole as may be. */
function shortenTogether([a, b]: [string, string], room: number): [string, string] {
  const half = Math.max(shortestName, Math.floor(room / 2))
  const [lengthA, lengthB] = [[...a].length, [...b].length]
  return [shorten(a, Math.max(half, room - lengthB)), shorten(b, Math.max(half, room - lengthA))]
}

/** Keeps both ends, since names of a fleet differ there. */
function shorten(text: string, length: number): string {
  const chars = [...text]
  if (chars.length <= length) return text
  const tail = Math.floor((length - 1) / 2)
  return `${chars.slice(0, length - 1 - tail).join('')}…${chars.slice(-tail).join('')}`
}
