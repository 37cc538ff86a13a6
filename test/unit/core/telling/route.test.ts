import { describe, expect, it } from 'vitest'
import type { Subject } from '../../../../core/telling/match.ts'
import { defaultGroup, type Maintenance, type Route } from '../../../../core/telling/policy.ts'
import { groupOf, receiversOf, routesNow } from '../../../../core/telling/route.ts'
import { isDuring, isMaintained } from '../../../../core/telling/windows.ts'

const subject: Subject = {
  host: 'web-1',
  tags: { env: 'prod' },
  rule: 'disk',
  entity: '/var',
  severity: 'critical',
  incident: 'a'.repeat(12),
}
const route = (to: string[], rest: Partial<Route> = {}): Route => ({
  match: {},
  to,
  group: defaultGroup,
  continue: false,
  ...rest,
})
/** Sunday. */
const noonMs = Date.UTC(2026, 2, 1, 12)

describe('an incident goes', () => {
  const pager = route(['pager'], { match: { severity: 'critical' } })
  const night = { timeZone: 'UTC', fromMinutes: 20 * 60, toMinutes: 8 * 60 }
  it.each<[string, Route[], string[]]>([
    ['to default when there are no routes', [], ['default']],
    ['to nobody when none of the routes matches', [route(['a'], { match: { rules: ['cpu'] } })], []],
    [
      'where the first route that matches leads',
      [route(['a'], { match: { hosts: ['db'] } }), pager, route(['b'])],
      ['pager'],
    ],
    [
      'on while routes say continue',
      [{ ...pager, continue: true }, route(['ops', 'pager']), route(['b'])],
      ['pager', 'ops'],
    ],
    ['not by a route that has another time of day', [route(['a'], { during: night }), route(['b'])], ['b']],
  ])('%s', (_, routes, receivers) => {
    expect([...receiversOf(subject, routesNow({ routes }, noonMs)).keys()]).toEqual(receivers)
  })

  it('to a receiver by the first of the routes that lead there', () => {
    const routes = [{ ...pager, repeatMs: 1, continue: true }, route(['pager'], { repeatMs: 2 })]
    expect(receiversOf(subject, routes).get('pager')?.repeatMs).toBe(1)
  })

  it.each<[Route['group']['by'], string]>([
    [['rule'], 'rule=disk'],
    [['host', 'entity', 'severity'], 'host=web-1, entity=/var, severity=critical'],
    [['tag:env', 'tag:team'], 'tag:env=prod, tag:team='],
    [[], 'all'],
  ])('in the group %j', (by, expected) => {
    expect(groupOf(subject, route(['a'], { group: { ...defaultGroup, by } }))).toBe(expected)
  })
})

describe('times of day', () => {
  const office = {
    timeZone: 'Europe/Berlin',
    weekdays: ['monday', 'friday'] as const,
    fromMinutes: 480,
    toMinutes: 1080,
  }
  const night = { timeZone: 'Europe/Berlin', weekdays: ['friday'] as const, fromMinutes: 1320, toMinutes: 360 }
  const clocks = { timeZone: 'Europe/Berlin', fromMinutes: 120, toMinutes: 180 }
  it.each([
    ['begin at their first minute', office, '2026-03-02T07:00Z', true],
    ['are not there a millisecond before', office, '2026-03-02T06:59:59.999Z', false],
    ['end before their last', office, '2026-03-02T17:00Z', false],
    ['are of their weekdays', office, '2026-03-03T10:00Z', false],
    ['go through midnight', night, '2026-03-06T23:30Z', true],
    ['and are then of the day on which they began', night, '2026-03-07T04:59Z', true],
    ['and not of the day before that', night, '2026-03-06T04:59Z', false],
    ['are by the clock in summer, too', office, '2026-07-03T06:00Z', true],
    ['are not there in an hour that the clocks leave out', clocks, '2026-03-29T01:00Z', false],
    ['are there twice in one that comes twice', clocks, '2026-10-25T00:30Z', true],
    ['the second time as well', clocks, '2026-10-25T01:30Z', true],
    [
      'are all day where both ends are one',
      { timeZone: 'UTC', fromMinutes: 0, toMinutes: 0 },
      '2026-03-02T07:00Z',
      true,
    ],
    ['end with the day at 24:00', { timeZone: 'UTC', fromMinutes: 60, toMinutes: 1440 }, '2026-03-02T00:30Z', false],
  ])('%s', (_, times, at, expected) => {
    expect(isDuring(times, Date.parse(at))).toBe(expected)
  })
})

describe('maintenance', () => {
  const window = { name: 'backup', match: {}, timeZone: 'Europe/Berlin', fromMinutes: 120, toMinutes: 240 }
  it.each<[string, Maintenance, string, boolean]>([
    ['comes each day', { ...window, every: 'day' }, '2026-03-03T01:30Z', true],
    ['is over by the wall clock', { ...window, every: 'day' }, '2026-03-03T03:00Z', false],
    ['comes on its weekday', { ...window, every: 'week', on: 'sunday' }, '2026-03-08T01:00Z', true],
    ['on no other', { ...window, every: 'week', on: 'sunday' }, '2026-03-09T01:00Z', false],
    ['comes on its day of the month', { ...window, every: 'month', on: 15 }, '2026-03-15T02:59Z', true],
    ['comes on the last of a shorter month', { ...window, every: 'month', on: 31 }, '2026-02-28T02:00Z', true],
    ['and not on its 30th', { ...window, every: 'month', on: 31 }, '2026-03-30T01:00Z', false],
    ['begins later where the clocks go forward', { ...window, every: 'day' }, '2026-03-29T00:59Z', false],
    ['and is there from then on', { ...window, every: 'day' }, '2026-03-29T01:00Z', true],
  ])('%s', (_, maintenance, at, expected) => {
    expect(isMaintained(maintenance, Date.parse(at))).toBe(expected)
  })
})
