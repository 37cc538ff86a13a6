/** A record of a log as a line for people: what one looks for first, or the values that were asked for. Pure. */
import { styleText } from 'node:util'
import type { Snapshot } from '../../core/snapshot.ts'
import { formatBytes, formatNumber, formatPercent, formatRate } from '../../core/view/format.ts'
import { oneLine } from '../../core/view/line.ts'
import type { LogRecord } from './records.ts'
import { selectValues, type Value, valuesOf } from './values.ts'

export const logNames = ['system', 'app', 'alerts'] as const
export type LogName = (typeof logNames)[number]

export interface TextOptions {
  timeZone: string
  colour: boolean
  /** Absent: the main values of the log. */
  metrics?: readonly string[]
}

/** Undefined: it has none of the values that were asked for. */
export function recordText(
  log: LogName,
  { atMs, fields }: LogRecord,
  { timeZone, colour, metrics }: TextOptions,
): string | undefined {
  const said = metrics ? askedText(selectValues(valuesOf(fields), metrics)) : summaries[log](fields)
  if (said === '') return undefined
  const time = secondsFormat(timeZone).format(atMs)
  const paint = (style: 'dim' | 'yellow', text: string) =>
    colour ? styleText(style, text, { validateStream: false }) : text
  return `${paint('dim', time)}  ${log === 'alerts' ? paint('yellow', said) : said}`
}

const formats = new Map<string, Intl.DateTimeFormat>()

/** `2026-03-01 12:00:00`; a format is made once, since a log may have a million lines. */
function secondsFormat(timeZone: string): Intl.DateTimeFormat {
  let format = formats.get(timeZone)
  if (!format) {
    format = new Intl.DateTimeFormat('sv', { timeZone, dateStyle: 'short', timeStyle: 'medium' })
    formats.set(timeZone, format)
  }
  return format
}

type Fields = LogRecord['fields']

/** The logs are files that anybody may have written: what is not there, or of another kind, is left out. */
const summaries: Record<LogName, (fields: Fields) => string> = {
  system: (fields) => {
    const { cpu, memory, disks, interfaces } = fields as Partial<Snapshot>
    const fullest = listOf(disks).toSorted((a, b) => (b.usedPercent ?? 0) - (a.usedPercent ?? 0))[0]
    return words([
      ['CPU', numberOr(cpu?.percent, formatPercent)],
      ['load', numberOr(cpu?.load1, formatNumber)],
      ['memory', numberOr(memory?.usedPercent, formatPercent)],
      [fullest ? oneLine(String(fullest.mount)) : 'disk', numberOr(fullest?.usedPercent, formatPercent)],
      ['in', sumOf(listOf(interfaces).map((one) => one.receivedBytesPerSecond))],
      ['out', sumOf(listOf(interfaces).map((one) => one.sentBytesPerSecond))],
    ])
  },
  app: (fields) => {
    const { processes, agent } = fields as Partial<Snapshot>
    const top = listOf(processes?.top).slice(0, 3)
    return words([
      ['processes', numberOr(processes?.total, formatNumber)],
      ['threads', numberOr(processes?.threads, formatNumber)],
      ...top.map((one): [string, string | undefined] => [
        `${oneLine(String(one.name))} ${Number(one.pid)}`,
        [numberOr(one.cpuPercent, formatPercent), numberOr(one.rssBytes, formatBytes)].filter(Boolean).join(' '),
      ]),
      ['agent', numberOr(agent?.rssBytes, formatBytes)],
    ])
  },
  alerts: (fields) => {
    const { time: _time, host: _host, ...said } = fields
    const subject = [said.check ?? said.metric, said.entity ?? said.subject].filter((part) => part).map(String)
    if (said.rule !== undefined && subject.length > 0) {
      const { direction, threshold, value, message } = said
      const limit = threshold === undefined ? '' : ` ${threshold}`
      const now = value === undefined ? '' : `, now ${value}`
      return oneLine(`${subject.join(' ')} ${direction}${limit}${now}${message === undefined ? '' : `: ${message}`}`)
    }
    if (typeof said.kind === 'string' && said.watch !== undefined) {
      const { pid } = (said.before ?? {}) as { pid?: unknown }
      const before = pid === undefined ? '' : `, was ${pid}`
      return oneLine(`${said.watch}: ${said.kind.replace('-', ' ')}, ${said.name} ${said.pid}${before}`)
    }
    return askedText(valuesOf(said))
  },
}

function askedText(values: ReadonlyMap<string, Value>): string {
  return [...values].map(([name, value]) => `${oneLine(name)} ${shown(value)}`).join('  ')
}

function shown(value: Value): string {
  return typeof value === 'string' ? oneLine(value) || '""' : String(value)
}

function words(pairs: readonly [name: string, value: string | undefined][]): string {
  return pairs.flatMap(([name, value]) => (value === undefined || value === '' ? [] : [`${name} ${value}`])).join('  ')
}

function numberOr(value: unknown, format: (value: number) => string): string | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? format(value) : undefined
}

function listOf<Item>(items: readonly Item[] | undefined): readonly Item[] {
  return Array.isArray(items) ? items.filter((item) => typeof item === 'object' && item !== null) : []
}

function sumOf(values: readonly unknown[]): string | undefined {
  const known = values.filter((value): value is number => typeof value === 'number')
  return known.length === 0 ? undefined : formatRate(known.reduce((sum, value) => sum + value, 0))
}
