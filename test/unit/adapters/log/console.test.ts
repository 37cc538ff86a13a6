import { expect, test } from 'vitest'
import { createConsoleLog } from '../../../../adapters/log/console.ts'
import type { LogLevel } from '../../../../core/setting-values.ts'

const atMs = Date.UTC(2026, 2, 1, 12, 34, 56, 789)

function logOf({ json = false, colour = false, level }: { json?: boolean; colour?: boolean; level?: LogLevel } = {}) {
  const written: string[] = []
  const stream = { write: (text: string) => written.push(text) }
  const clock = { now: () => atMs, monotonicMs: () => 0, sleep: async () => {} }
  return {
    log: createConsoleLog({ stream, json, colour, clock, timeZone: 'Europe/Berlin', ...(level ? { level } : {}) }),
    written,
  }
}

test('says a line for people: the time in their zone, the event, its details', () => {
  const { log, written } = logOf()
  log.info('report made', { hours: 24, page: 'http://127.0.0.1:1/x', absent: undefined })
  expect(written).toEqual(['13:34  report made  hours 24 · page http://127.0.0.1:1/x\n'])
})

test('says a line without details without a trailing space', () => {
  const { log, written } = logOf()
  log.warn('stopping')
  expect(written).toEqual(['13:34  stopping\n'])
})

test('paints by severity only where colour is wanted', () => {
  const { log, written } = logOf({ colour: true })
  log.error('away')
  expect(written).toEqual(['\u001b[2m13:34\u001b[22m  \u001b[31maway\u001b[39m\n'])
})

test('shows control characters and turned text of a host to a terminal, and does not obey them', () => {
  const { log, written } = logOf()
  log.info('firing', { host: 'a\u001b[2Jb\nc\u009bd\u202ee' })
  expect(written).toEqual(['13:34  firing  host a\\u001b[2Jb\\u000ac\\u009bd\\u202ee\n'])
})

test('writes one JSON object a line, with the time in UTC, that reads back as what was said', () => {
  const { log, written } = logOf({ json: true })
  const host = 'a\u001b[2Jb\nc\u009bd\u202ee"\\'
  log.warn('firing', { host, value: 91.5, absent: undefined })
  expect(written).toHaveLength(1)
  expect(written[0]).toMatch(/^[\x20-\x7e]+\n$/)
  expect(JSON.parse(written[0] ?? '')).toEqual({
    time: '2026-03-01T12:34:56.789Z',
    level: 'warn',
    event: 'firing',
    host,
    value: 91.5,
  })
})

test('leaves out what is below its level', () => {
  const { log, written } = logOf({ level: 'warn' })
  log.info('the bucket takes batches again')
  log.warn('stopping')
  log.error('away')
  expect(written.map((line) => line.slice(7))).toEqual(['stopping\n', 'away\n'])
})
