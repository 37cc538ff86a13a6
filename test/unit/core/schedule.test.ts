import fc from 'fast-check'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { schedulesSchema } from '../../../core/config/schedule.ts'
import { type Schedule, slotAt, slotBefore } from '../../../core/schedule.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs

function schedule(said: Record<string, unknown>): Schedule {
  const [one] = v.parse(schedulesSchema, [{ name: 'ops', to: ['a@b.c'], ...said }])
  if (!one) throw new Error('none')
  return one
}

function due(said: Record<string, unknown>, now: string): string {
  return new Date(slotAt(schedule(said), Date.parse(now), 'Europe/Berlin').dueMs).toISOString()
}

describe('a slot', () => {
  it.each([
    [{ every: 'day' }, '2026-03-10T06:00:00Z', '2026-03-10T06:00:00.000Z'],
    [{ every: 'day' }, '2026-03-10T05:59:59Z', '2026-03-09T06:00:00.000Z'],
    [{ every: 'day', at: '18:30' }, '2026-03-10T05:59:59Z', '2026-03-09T17:30:00.000Z'],
    [{ every: 'week' }, '2026-03-10T12:00:00Z', '2026-03-09T06:00:00.000Z'],
    [{ every: 'week', on: 'friday' }, '2026-03-10T12:00:00Z', '2026-03-06T06:00:00.000Z'],
    [{ every: 'week' }, '2026-03-09T05:00:00Z', '2026-03-02T06:00:00.000Z'],
    [{ every: 'month' }, '2026-03-10T12:00:00Z', '2026-03-01T06:00:00.000Z'],
    [{ every: 'month', on: 31 }, '2026-03-10T12:00:00Z', '2026-02-28T06:00:00.000Z'],
    [{ every: 'month', on: 31 }, '2026-01-01T00:00:00Z', '2025-12-31T06:00:00.000Z'],
    [{ every: 'day', timeZone: 'Asia/Kolkata' }, '2026-03-10T12:00:00Z', '2026-03-10T01:30:00.000Z'],
  ])('of %j is at %s the one of %s', (said, now, expected) => {
    expect(due(said, now)).toBe(expected)
  })

  it('is there once on days of 23 and of 25 hours', () => {
    // 02:30 does not happen on 29 March, and twice on 25 October.
    const at = { every: 'day', at: '02:30' }
    expect(due(at, '2026-03-29T12:00:00Z')).toBe('2026-03-29T01:30:00.000Z')
    expect(due(at, '2026-10-25T12:00:00Z')).toBe('2026-10-25T00:30:00.000Z')
  })

  it('follows the one before without a hole, and is the same for all who ask until the next', () => {
    const said = fc.record({
      every: fc.constantFrom('day', 'week', 'month'),
      at: fc.constantFrom('00:00', '02:30', '07:00', '23:59'),
      timeZone: fc.constantFrom(
        'UTC',
        'Europe/Berlin',
        'America/New_York',
        'Australia/Lord_Howe',
        'Pacific/Apia',
        'Asia/Tehran',
      ),
    })
    const year = fc.integer({ min: Date.UTC(2010), max: Date.UTC(2030) })
    fc.assert(
      fc.property(said, year, fc.double({ min: 0, max: 1, noNaN: true }), (one, nowMs, share) => {
        const own = schedule(one)
        const slot = slotAt(own, nowMs, 'UTC')
        expect(slot.dueMs).toBeLessThanOrEqual(nowMs)
        const before = slotBefore(own, slot, 'UTC')
        const lengthMs = slot.dueMs - before.dueMs
        const [least, most] = { day: [1, 2], week: [7, 8], month: [28, 31] }[own.every] as [number, number]
        expect(lengthMs).toBeGreaterThanOrEqual((least - 0.1) * dayMs)
        expect(lengthMs).toBeLessThanOrEqual((most + 0.1) * dayMs)
        const between = Math.floor(slot.dueMs + share * (nowMs - slot.dueMs))
        expect(slotAt(own, between, 'UTC')).toEqual(slot)
        expect(slotAt(own, slot.dueMs - 1, 'UTC')).toEqual(before)
      }),
    )
  })
})

describe('schedules', () => {
  it.each([
    [{ every: 'day', at: '7:00' }, 'expected a time such as "07:00"'],
    [{ every: 'year' }, 'expected day, week or month'],
    [{ every: 'month', on: 32 }, '31'],
    [{ every: 'day', to: ['nobody'] }, 'expected a mail address'],
    [{ every: 'day', to: [] }, 'expected a list of mail addresses'],
    [{ every: 'day', timeZone: 'Europe/Bonn' }, 'expected a time zone such as Europe/Berlin'],
    [{ every: 'day', locale: 'german' }, 'expected a locale such as de-DE'],
    [{ every: 'day', on: 3 }, 'expected one of name'],
    [{ every: 'day', name: '../x' }, 'expected letters'],
  ])('of %j are refused', (said, word) => {
    expect(() => schedule(said)).toThrow(word)
  })
})
