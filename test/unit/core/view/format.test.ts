import { describe, expect, it } from 'vitest'
import {
  formatBytes,
  formatDate,
  formatDateTime,
  formatDay,
  formatDuration,
  formatNumber,
  formatPercent,
  formatRate,
  formatSince,
  formatTime,
  formatValue,
} from '../../../../core/view/format.ts'

const spaced = (text: string) => text.replaceAll('\u00a0', ' ')

describe('formats', () => {
  it.each([
    [formatPercent(0), '0.0 %'],
    [formatPercent(91.26), '91.3 %'],
    [formatPercent(100), '100 %'],
    [formatPercent(412.3), '412 %'],
    [formatPercent(undefined), '–'],
    [formatBytes(0), '0 B'],
    [formatBytes(999), '999 B'],
    [formatBytes(1023), '1.00 KiB'],
    [formatBytes(10 * 1024), '10.0 KiB'],
    [formatBytes(123.4 * 1024 ** 2), '123 MiB'],
    [formatBytes(999.6 * 1024 ** 3), '0.98 TiB'],
    [formatBytes(undefined), '–'],
    [formatRate(1.5 * 1024), '1.50 KiB/s'],
    [formatRate(undefined), '–'],
    [formatNumber(1234567), '1,234,567'],
    [formatNumber(0.5), '0.50'],
    [formatNumber(1234.5), '1,235'],
    [formatValue(0.5, 'load'), '0.50'],
    [formatValue(12, 'count'), '12'],
    [formatValue(12, '%'), '12.0 %'],
    [formatDuration(0), '0 s'],
    [formatDuration(59_499), '59 s'],
    [formatDuration(150_000), '2 min 30 s'],
    [formatDuration(12 * 60_000 + 5_000), '12 min'],
    [formatDuration(3_600_000), '1 h'],
    [formatDuration(100 * 3_600_000), '4 d 4 h'],
    [formatDuration(undefined), '–'],
  ])('%j reads %j', (text, expected) => {
    expect(spaced(text)).toBe(expected)
  })

  it('show times in the zone that was asked for, across a change of its clock', () => {
    const beforeMs = Date.UTC(2026, 9, 25, 0, 30)
    expect(formatTime(beforeMs, 'Europe/Berlin')).toBe('02:30')
    expect(formatTime(beforeMs + 3_600_000, 'Europe/Berlin')).toBe('02:30')
    expect(formatTime(beforeMs + 7_200_000, 'Europe/Berlin')).toBe('03:30')
    expect(formatDateTime(Date.UTC(2026, 0, 1), 'America/New_York')).toBe('2025-12-31 19:00')
    expect(formatDate(Date.UTC(2026, 0, 1), 'Asia/Tokyo')).toBe('2026-01-01')
    expect(formatTime(Date.UTC(2026, 0, 1), 'UTC')).toBe('00:00')
  })

  it('leave the date out on the same day', () => {
    const nowMs = Date.UTC(2026, 0, 2, 12)
    expect(formatSince(nowMs - 3_600_000, nowMs, 'UTC')).toBe('11:00')
    expect(formatSince(nowMs - 86_400_000, nowMs, 'UTC')).toBe('2026-01-01 12:00')
  })

  it.each([
    ['en-GB', '29 Mar 2026, 03:30', '03:30', '29 Mar', '12,345', '91.3 %', '6.91 GiB'],
    ['en-US', 'Mar 29, 2026, 3:30 AM', '3:30 AM', 'Mar 29', '12,345', '91.3 %', '6.91 GiB'],
    ['de-DE', '29.03.2026, 03:30', '03:30', '29. März', '12.345', '91,3 %', '6,91 GiB'],
    ['en-US-u-hc-h23', 'Mar 29, 2026, 03:30', '03:30', 'Mar 29', '12,345', '91.3 %', '6.91 GiB'],
  ])('are those of the reader in %s, in the night in which an hour is left out', (locale, ...expected) => {
    const reader = { timeZone: 'Europe/Berlin', locale }
    const atMs = Date.UTC(2026, 2, 29, 1, 30)
    const times = [formatDateTime(atMs, reader), formatTime(atMs, reader), formatDay(atMs, reader)]
    const numbers = [formatNumber(12_345, locale), formatPercent(91.26, locale), formatBytes(7.42e9, locale)]
    expect([...times, ...numbers].map(spaced)).toEqual(expected)
  })
})
