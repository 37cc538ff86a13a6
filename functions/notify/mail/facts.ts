/** The facts of a notice, in the order in which somebody who was woken asks for them. */
import type { Notice } from '../../../core/notice.ts'
import { formatSince, formatTime } from '../../../core/view/format.ts'
import { linkTarget } from '../../../core/view/html.ts'
import { oneLine } from '../../../core/view/line.ts'
import { timeInBoth } from './times.ts'
import { formatMeasured, lasted, shorten } from './words.ts'

/** Printable lines. */
export interface Fact {
  label: string
  value: string
  note?: string
  /** http(s); `value` is what stands there. */
  href?: string
}

export function factsOf(notice: Notice, timeZone: string): Fact[] {
  const { kind, atMs, note, runbook, incident } = notice
  if (kind === 'test') return [{ label: 'Sent', value: timeInBoth(atMs, timeZone) }]
  return [
    { label: 'Why', value: oneLine(notice.reason) },
    ...timesOf(notice, timeZone),
    ...severityOf(notice),
    ...(note === undefined ? [] : [{ label: 'Note', value: oneLine(note) }]),
    ...(runbook === undefined ? [] : [{ label: 'Runbook', value: oneLine(runbook), href: linkTarget(runbook) }]),
    ...evidenceOf(notice, timeZone),
    ...tagsOf(notice),
    { label: 'Incident', value: oneLine(incident), ...ruleNote(notice) },
  ]
}

function timesOf(notice: Notice, timeZone: string): Fact[] {
  const { kind, startedAtMs, atMs, late } = notice
  const at = (label: string, timeMs: number): Fact => ({ label, value: timeInBoth(timeMs, timeZone) })
  const learned = late
    ? [{ ...at('Learned', late.learnedAtMs), note: lateNote(notice, late.learnedAtMs, timeZone) }]
    : []
  switch (kind) {
    case 'resolved':
      return [at('Began', startedAtMs), at('Ended', atMs), { label: 'Lasted', value: lasted(notice) }, ...learned]
    case 'amended':
      return [...spanOf(notice).map(([label, timeMs]) => at(label, timeMs)), ...learned]
    case 'repeat':
      return [at('Since', startedAtMs), { label: 'For', value: lasted(notice) }]
    case 'escalated':
      return [at('Since', startedAtMs), at('Worse', atMs), ...learned]
    case 'firing':
    case 'test': {
      const since = at('Since', startedAtMs)
      const waited = atMs > startedAtMs && !late ? { note: `told after ${lasted(notice)}, when it was certain` } : {}
      return [{ ...since, ...waited }, ...learned]
    }
  }
}

/** What an amendment says of the time that it fired. */
function spanOf({ startedAtMs, late }: Notice): [label: string, timeMs: number][] {
  if (!late?.fired) return [['Began', startedAtMs]]
  if (late.fired === 'never') return []
  return [
    ['Began', late.fired.fromMs],
    ['Ended', late.fired.toMs],
  ]
}

function lateNote({ startedAtMs, late }: Notice, learnedAtMs: number, timeZone: string): string {
  if (late?.fired) return 'its samples came late'
  const times = [formatSince(startedAtMs, learnedAtMs, timeZone), formatTime(learnedAtMs, timeZone)]
  return `its samples came late: began ${times[0]}, learned ${times[1]}`
}

function severityOf({ kind, severity, severityBefore }: Notice): Fact[] {
  if (kind !== 'escalated' || severityBefore === undefined) return []
  return [{ label: 'Severity', value: `${severityBefore} → ${severity}` }]
}

/** The values that decided, with their times. */
function evidenceOf(notice: Notice, timeZone: string): Fact[] {
  const { datapoints = [], kind } = notice
  if (kind === 'resolved' || datapoints.length < 2) return []
  const words = datapoints.map(([atMs, value]) => `${formatTime(atMs, timeZone)} ${formatMeasured(notice, value)}`)
  return [{ label: 'Values', value: words.join(', ') }]
}

/** A host may have dozens of them, and long ones. */
const tagsLength = 300

function tagsOf({ tags = {} }: Notice): Fact[] {
  const all = Object.entries(tags).map(([key, value]) => oneLine(`${key}=${value}`))
  return all.length === 0 ? [] : [{ label: 'Tags', value: shorten(all.join(' '), tagsLength) }]
}

function ruleNote({ rule, entity }: Notice): { note?: string } {
  const what = entity === '' ? oneLine(rule) : `${oneLine(rule)}, ${oneLine(entity)}`
  return rule === 'finding' ? { note: 'found by a check of this host' } : { note: `rule ${what}` }
}
