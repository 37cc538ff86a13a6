import { Cron } from 'croner'
import { describe, expect, it } from 'vitest'
import { type Schedule, slotAt } from '../../../../core/schedule.ts'
import { scheduledWakes } from '../../../../infra/serverless/schedule-expression.ts'

const minuteMs = 60_000

/** Before, at and after each change of clocks of those zones in 2026, and the ends of months. */
const days = [
  ...['2026-03-07', '2026-03-08', '2026-03-09', '2026-03-28', '2026-03-29', '2026-03-30'],
  ...['2026-04-04', '2026-04-05', '2026-04-06', '2026-10-03', '2026-10-04', '2026-10-05'],
  ...['2026-10-24', '2026-10-25', '2026-10-26', '2026-10-31', '2026-11-01', '2026-11-02'],
  ...['2026-01-01', '2026-02-28', '2026-03-01', '2026-04-30', '2026-05-31', '2028-02-29', '2028-03-01'],
]

type When = Pick<Schedule, 'at'> &
  ({ every: 'day' } | { every: 'week'; on: 'monday' | 'sunday' } | { every: 'month'; on: number })

function scheduleOf(when: When, more: Partial<Schedule> = {}): Schedule {
  return { name: 'ops', to: ['ops@example.com'], ...when, ...more } as Schedule
}

/** As Scheduler reads it: minute, hour, day of the month, month, day of the week, year; of the two days one is `?`. */
function readAsScheduler({ expression, timeZone }: { expression: string; timeZone: string }): Cron {
  const [, fields = ''] = /^cron\((.*) \*\)$/.exec(expression) ?? []
  expect(fields.split(' ').filter((field) => field === '?')).toHaveLength(1)
  return new Cron(fields.replace('?', '*'), { timezone: timeZone })
}

const examples: [When, string][] = [
  [{ every: 'day', at: '07:00' }, 'cron(0 7 * * ? *)'],
  [{ every: 'day', at: '23:59' }, 'cron(59 23 * * ? *)'],
  [{ every: 'week', on: 'monday', at: '08:30' }, 'cron(30 8 ? * MON *)'],
  [{ every: 'week', on: 'sunday', at: '00:00' }, 'cron(0 0 ? * SUN *)'],
  [{ every: 'month', on: 1, at: '06:05' }, 'cron(5 6 1 * ? *)'],
  [{ every: 'month', on: 28, at: '06:00' }, 'cron(0 6 28 * ? *)'],
  [{ every: 'month', on: 29, at: '06:00' }, 'cron(0 6 28-29 * ? *)'],
  [{ every: 'month', on: 30, at: '06:00' }, 'cron(0 6 28-30 * ? *)'],
  [{ every: 'month', on: 31, at: '06:00' }, 'cron(0 6 L * ? *)'],
]

describe('a schedule of reports, as Scheduler has it', () => {
  it.each(examples)('%j is %s', (when, expression) => {
    expect(scheduledWakes([scheduleOf(when)], 'UTC')).toEqual([{ expression, timeZone: 'UTC', names: ['ops'] }])
  })

  const zones = ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kolkata']
  const rows = zones.flatMap((zone) => examples.map(([when]) => [zone, when] as const))
  it.each(rows)('wakes report in %s at the very minute of its slots: %j', (zone, when) => {
    const schedule = scheduleOf(when)
    const [wake] = scheduledWakes([schedule], zone)
    if (!wake) throw new Error('there is no wake')
    const cron = readAsScheduler(wake)
    for (const day of days) {
      const { dueMs } = slotAt(schedule, Date.parse(`${day}T18:00:00Z`), zone)
      expect(cron.nextRun(new Date(dueMs - minuteMs))?.toISOString(), day).toBe(new Date(dueMs).toISOString())
    }
  })

  it('wakes once for what is due at one time, each in its own zone', () => {
    const day = { every: 'day', at: '07:00' } as const
    const schedules = [
      scheduleOf(day, { name: 'a' }),
      scheduleOf(day, { name: 'b', timeZone: 'Asia/Kolkata' }),
      scheduleOf(day, { name: 'c', timeZone: 'Europe/Berlin' }),
    ]
    expect(scheduledWakes(schedules, 'Europe/Berlin').map(({ timeZone, names }) => [timeZone, names])).toEqual([
      ['Europe/Berlin', ['a', 'c']],
      ['Asia/Kolkata', ['b']],
    ])
  })
})
