/**
 * Schedules of reports, by receiver, and their slots. A slot is the time at which a report is due by the clock of the schedule's
 * zone; its report is of the time since the slot before, so that reports adjoin, whatever clocks do in between.
 */
import * as v from 'valibot'
import { limits } from './limits.ts'
import { localToUtc, utcToLocal } from './local-time.ts'
import { isMailAddress } from './setting-values.ts'

export const weekdays = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'] as const
export type Weekday = (typeof weekdays)[number]
const longestName = 64
const mostSchedules = 100
const mostReceivers = 50
const mostHosts = 1_000

const isTimeZone = (name: string) => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }) !== undefined
  } catch {
    return false
  }
}
const common = {
  name: v.pipe(v.string(), v.regex(/^[\w.-]+$/, 'expected letters, digits, -, _ and .'), v.maxLength(longestName)),
  at: v.optional(v.pipe(v.string(), v.regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'expected a time such as "07:00"')), '07:00'),
  /** IANA; absent: that of the settings. */
  timeZone: v.optional(v.pipe(v.string(), v.check(isTimeZone, 'expected a time zone such as Europe/Berlin'))),
  to: v.pipe(
    v.array(v.pipe(v.string(), v.check(isMailAddress, 'expected a mail address'))),
    v.minLength(1, 'expected a mail address'),
    v.maxLength(mostReceivers),
  ),
  hosts: v.optional(v.pipe(v.array(v.pipe(v.string(), v.maxLength(limits.hostLength))), v.maxLength(mostHosts))),
  tags: v.optional(
    v.pipe(v.array(v.pipe(v.string(), v.regex(/^[^=]+=/, 'expected key=value'))), v.maxLength(limits.tagsPerHost)),
  ),
}
const scheduleSchema = v.variant(
  'every',
  [
    v.strictObject({ ...common, every: v.literal('day') }),
    v.strictObject({ ...common, every: v.literal('week'), on: v.optional(v.picklist(weekdays), 'monday') }),
    v.strictObject({
      ...common,
      every: v.literal('month'),
      /** A month that is shorter has it on its last day. */
      on: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(31)), 1),
    }),
  ],
  'expected day, week or month',
)

export const schedulesSchema = v.strictObject({
  schedules: v.pipe(
    v.array(scheduleSchema),
    v.maxLength(mostSchedules),
    v.check((all) => new Set(all.map(({ name }) => name)).size === all.length, 'expected each name once'),
  ),
})

export type Schedule = v.InferOutput<typeof scheduleSchema>

/** Milliseconds UTC. */
export interface Slot {
  schedule: string
  dueMs: number
}

/** The last one that is due at `nowMs`. `timeZone`: of a schedule that names none. */
export function slotAt(schedule: Schedule, nowMs: number, timeZone: string): Slot {
  const zone = schedule.timeZone ?? timeZone
  const [hours = 0, minutes = 0] = schedule.at.split(':').map(Number)
  const today = new Date(utcToLocal(nowMs, zone))
  for (let back = 0; ; back++) {
    const dueMs = localToUtc(dayOf(schedule, today, back) + (hours * 60 + minutes) * 60_000, zone)
    if (dueMs <= nowMs) return { schedule: schedule.name, dueMs }
  }
}

export function slotBefore(schedule: Schedule, { dueMs }: Slot, timeZone: string): Slot {
  return slotAt(schedule, dueMs - 1, timeZone)
}

/** Midnight, as wall time, of the `back`-th day before that the schedule has. */
function dayOf(schedule: Schedule, today: Date, back: number): number {
  const [year, month, day] = [today.getUTCFullYear(), today.getUTCMonth(), today.getUTCDate()]
  switch (schedule.every) {
    case 'day':
      return Date.UTC(year, month, day - back)
    case 'week': {
      const since = (today.getUTCDay() - weekdays.indexOf(schedule.on) + 7) % 7
      return Date.UTC(year, month, day - since - 7 * back)
    }
    case 'month': {
      const days = new Date(Date.UTC(year, month - back + 1, 0)).getUTCDate()
      return Date.UTC(year, month - back, Math.min(schedule.on, days))
    }
  }
}
