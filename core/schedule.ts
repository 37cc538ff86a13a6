/**
 * Schedules of reports, by receiver, and their slots. A slot is the time at which a report is due by the clock of the schedule's
 * zone; its report is of the time since the slot before, so that reports adjoin, whatever clocks do in between.
 */
import { localToUtc, utcToLocal } from './local-time.ts'

export const weekdays = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'] as const
export type Weekday = (typeof weekdays)[number]

export type Schedule = {
  name: string
  /** `07:00` */
  at: string
  /** IANA; absent: that of the settings. */
  timeZone?: string
  /** BCP 47, of the report's dates and numbers; absent: that of the settings. */
  locale?: string
  /** Mail addresses. */
  to: string[]
  hosts?: string[]
  /** `key=value` */
  tags?: string[]
} & (
  | { every: 'day' }
  | { every: 'week'; on: Weekday }
  /** A month that is shorter has it on its last day. */
  | { every: 'month'; on: number }
)

/** Where no file says when reports are made. */
export function dailySchedule(to: string[]): Schedule {
  return { name: 'daily', every: 'day', at: '07:00', to }
}

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
