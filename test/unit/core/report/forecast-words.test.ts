import { expect, it } from 'vitest'
import { betweenWords, fullWords } from '../../../../core/report/forecast-words.ts'

const hourMs = 3_600_000
const toMs = Date.UTC(2026, 2, 1)
const report = { period: { fromMs: toMs - 24 * hourMs, toMs }, timeZone: 'UTC' }

function forecast(hours: number, spreadHours: number) {
  const fullAtMs = toMs + hours * hourMs
  const spread = { earliestMs: fullAtMs - spreadHours * hourMs, latestMs: fullAtMs + spreadHours * hourMs }
  return { mount: '/', usedPercent: 80, percentPerDay: 1, fullAtMs, ...spread }
}

it('says the minute of tomorrow, and the day of what is weeks away', () => {
  expect(fullWords(forecast(30, 1), report)).toBe('2026-03-02 06:00')
  expect(fullWords(forecast(500, 1), report)).toBe('2026-03-21')
})

it('says between which times, where they are not the same', () => {
  expect(betweenWords(forecast(30, 1), report)).toBe(' (2026-03-02 05:00 to 2026-03-02 07:00)')
  expect(betweenWords(forecast(500, 48), report)).toBe(' (2026-03-19 to 2026-03-23)')
  expect(betweenWords(forecast(500, 0.1), report)).toBe('')
})
