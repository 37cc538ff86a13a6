import { describe, expect, it } from 'vitest'
import type { AbsentRule, ForecastRule } from '../../../../core/alerts/rule.ts'
import { makeThreshold, minuteMs } from '../../../make.ts'
import { minutes, ruleSetOf, type Sent } from './hosts.ts'

const { keepFiringMs, repeatMs } = makeThreshold()

describe('a forecast', () => {
  const rule: ForecastRule = {
    kind: 'forecast',
    id: 'disk-full',
    metric: 'disk.percent',
    windowMs: 60 * minuteMs,
    withinMs: 120 * minuteMs,
    severity: 'warning',
    keepFiringMs,
    repeatMs,
  }
  const rising = (minute: number, perMinute: number): Sent => ({ disks: [['/var', 50 + perMinute * minute]] })

  it('fires when a disk that grows steadily will be full within its time, and says how sure that is', () => {
    const told = minutes(
      ruleSetOf(rule),
      Array.from({ length: 70 }, (_, minute) => rising(minute, 0.3)),
    )
    expect(told).toHaveLength(1)
    expect(told[0]).toMatch(
      /^\d+ disk-full \/var ok > firing \(warning\): Disk \d\d\.\d % will be full in 2 h \(2 h to 2 h\) at 18\.0 points an hour, by the last 1 h$/,
    )
  })

  it('says nothing of one that grows slowly, jumped once, or is known for too short a time', () => {
    const slow = Array.from({ length: 70 }, (_, minute) => rising(minute, 0.05))
    const jump = Array.from({ length: 70 }, (_, minute): Sent => ({ disks: [['/var', minute < 35 ? 50 : 85]] }))
    const short = Array.from({ length: 20 }, (_, minute) => rising(minute, 1))
    for (const values of [slow, jump, short]) expect(minutes(ruleSetOf(rule), values)).toEqual([])
  })

  it('is not over because the disk is full, and so grows no more', () => {
    const values = Array.from(
      { length: 250 },
      (_, minute): Sent => ({ disks: [['/var', Math.min(100, 50 + 0.4 * minute)]] }),
    )
    expect(minutes(ruleSetOf(rule), values).map((line) => line.split(' (')[0])).toEqual([
      expect.stringMatching(/ disk-full \/var ok > firing$/),
    ])
  })

  it('is over when the disk was cleared', () => {
    const values = Array.from({ length: 70 }, (_, minute) => rising(minute, 0.4))
    const told = minutes(ruleSetOf(rule), [...values, ...Array<Sent>(40).fill({ disks: [['/var', 20]] })])
    expect(told.map((line) => line.split(' (')[0])).toEqual([
      expect.stringMatching(/ disk-full \/var ok > firing$/),
      expect.stringMatching(/ disk-full \/var firing > ok$/),
    ])
  })
})

describe('a process that must be there', () => {
  const rule: AbsentRule = {
    kind: 'absent',
    id: 'gone',
    of: { process: 'nginx*' },
    afterMs: 2 * minuteMs,
    severity: 'critical',
    keepFiringMs,
    repeatMs,
  }
  const watched = (count: number): Sent => ({ processes: { top: [], watches: { 'name:nginx*': count } } })

  it('is gone once its watch has counted none for so long, and back when it runs', () => {
    expect(minutes(ruleSetOf(rule), [watched(2), watched(0), watched(0), watched(0), watched(1)])).toEqual([
      '1 gone nginx* ok > pending (critical): no process nginx*',
      '3 gone nginx* pending > firing (critical): no process nginx* for 2 min',
      '4 gone nginx* firing > ok (critical): nginx* runs',
    ])
  })

  it('runs where it is among those that the snapshot tells', () => {
    const told: Sent = { processes: { top: [{ pid: 1, name: 'nginx: worker' }], watches: { 'name:nginx*': 0 } } }
    expect(minutes(ruleSetOf(rule), [watched(0), told])).toEqual([
      '0 gone nginx* ok > pending (critical): no process nginx*',
      '1 gone nginx* pending > ok (critical): nginx* runs',
    ])
  })

  it('is not called gone where nobody watches it, and has no data where nobody does any more', () => {
    const unwatched: Sent = { processes: { top: [] } }
    expect(minutes(ruleSetOf(rule), [unwatched, unwatched])).toEqual([])
    expect(minutes(ruleSetOf({ ...rule, afterMs: 0 }), [watched(0), unwatched])).toEqual([
      '0 gone nginx* ok > firing (critical): no process nginx*',
      '1 gone nginx* firing > no-data (critical): nothing tells whether nginx* runs: no watch covers it',
    ])
  })
})
