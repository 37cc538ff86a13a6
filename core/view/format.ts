/**
 * Numbers, sizes and times as people read them, the same on pages, in mails and on charts. A no-break space stands before
 * each unit. Absent values are a dash, never 0. A `locale` is that of the reader (BCP 47); without one numbers are as
 * programs write them and dates as ISO 8601 has them.
 */
import type { Unit } from '../metrics.ts'
import { fixed, grouped, localTime, type Reader } from './locale.ts'

export const absent = '–'
const space = '\u00a0'

/** `91.3 %` */
export function formatPercent(percent: number | undefined, locale?: string): string {
  if (percent === undefined) return absent
  return `${fixed(percent, percent >= 99.95 ? 0 : 1, locale)}${space}%`
}

const byteUnits = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const

/** Powers of 1024, three significant digits: `7.42 GiB`. */
export function formatBytes(bytes: number | undefined, locale?: string): string {
  if (bytes === undefined) return absent
  const size = Math.abs(bytes)
  let power = 0
  while (power < byteUnits.length - 1 && size / 1024 ** power >= 999.5) power++
  const value = bytes / 1024 ** power
  return `${power === 0 ? fixed(value, 0, locale) : threeDigits(value, locale)}${space}${byteUnits[power] ?? 'B'}`
}

/** `1.31 MiB/s` */
export function formatRate(bytesPerSecond: number | undefined, locale?: string): string {
  return bytesPerSecond === undefined ? absent : `${formatBytes(bytesPerSecond, locale)}/s`
}

/** `12,345`; fractions only below 100. */
export function formatNumber(value: number | undefined, locale?: string): string {
  if (value === undefined) return absent
  if (!Number.isInteger(value) && Math.abs(value) < 100) return threeDigits(value, locale)
  return grouped(value, locale)
}

/** By the unit of `core/metrics.ts`. */
export function formatValue(value: number | undefined, unit: Unit, locale?: string): string {
  switch (unit) {
    case '%':
      return formatPercent(value, locale)
    case 'B':
      return formatBytes(value, locale)
    case 'B/s':
      return formatRate(value, locale)
    case 'load':
      return value === undefined ? absent : fixed(value, 2, locale)
    case 'count':
      return formatNumber(value, locale)
    case '/s':
    case 'ms':
    case '°C':
      return value === undefined ? absent : `${formatNumber(value, locale)}${unit === '/s' ? '' : space}${unit}`
  }
}

/** The two largest units: `3 d 4 h`, `12 min`, `45 s`. Seconds stand alone, or below ten minutes. */
export function formatDuration(ms: number | undefined): string {
  if (ms === undefined) return absent
  const seconds = Math.max(0, Math.round(ms / 1000))
  if (seconds < 60) return `${seconds}${space}s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return twoUnits([minutes, 'min'], [minutes < 10 ? seconds % 60 : 0, 's'])
  const hours = Math.floor(minutes / 60)
  if (hours < 24) return twoUnits([hours, 'h'], [minutes % 60, 'min'])
  return twoUnits([Math.floor(hours / 24), 'd'], [hours % 24, 'h'])
}

/** `14:03`, in the IANA zone `timeZone`, or as the reader has it: `2:03 PM`. */
export function formatTime(atMs: number, reader: string | Reader): string {
  const { timeZone, locale } = readerOf(reader)
  if (locale !== undefined) return localTime(atMs, { timeZone, locale }, 'time')
  const { hour, minute } = partsOf(atMs, timeZone)
  return `${hour}:${minute}`
}

/** `2026-11-23 14:03`, or as the reader has it: `Nov 23, 2026, 2:03 PM`. */
export function formatDateTime(atMs: number, reader: string | Reader): string {
  const { timeZone, locale } = readerOf(reader)
  if (locale !== undefined) return localTime(atMs, { timeZone, locale }, 'date-time')
  const { year, month, day, hour, minute } = partsOf(atMs, timeZone)
  return `${year}-${month}-${day} ${hour}:${minute}`
}

/** `2026-11-23` */
export function formatDate(atMs: number, timeZone: string): string {
  const { year, month, day } = partsOf(atMs, timeZone)
  return `${year}-${month}-${day}`
}

/** `23 Nov`, or as the reader has it: `23. Nov.` */
export function formatDay(atMs: number, { timeZone, locale = 'en-GB' }: Reader): string {
  return localTime(atMs, { timeZone, locale }, 'day')
}

/** For `<time datetime>`: ISO 8601, UTC. */
export function isoTime(atMs: number): string {
  return new Date(atMs).toISOString()
}

/** `14:03` today, `2026-11-22 14:03` on any other day. */
export function formatSince(atMs: number, nowMs: number, reader: string | Reader): string {
  const { timeZone } = readerOf(reader)
  const sameDay = formatDate(atMs, timeZone) === formatDate(nowMs, timeZone)
  return sameDay ? formatTime(atMs, reader) : formatDateTime(atMs, reader)
}

function threeDigits(value: number, locale: string | undefined): string {
  const size = Math.abs(value)
  return fixed(value, size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2, locale)
}

function readerOf(reader: string | Reader): Reader {
  return typeof reader === 'string' ? { timeZone: reader } : reader
}

function twoUnits([large, largeUnit]: [number, string], [small, smallUnit]: [number, string]): string {
  const first = `${large}${space}${largeUnit}`
  return small === 0 ? first : `${first} ${small}${space}${smallUnit}`
}

/** Making one costs some 30 µs and 30 kB, so one a zone is kept. */
const formats = new Map<string, Intl.DateTimeFormat>()

function partsOf(atMs: number, timeZone: string): Record<string, string> {
  let format = formats.get(timeZone)
  if (!format) {
    format = new Intl.DateTimeFormat('en-GB', {
      timeZone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    })
    formats.set(timeZone, format)
  }
  return Object.fromEntries(format.formatToParts(atMs).map(({ type, value }) => [type, value]))
}
