/**
 * Times that come again, by the wall clock of a zone. A change of clocks makes no exception: of an hour that comes twice both
 * are inside, one that is left out is not there.
 */
import { utcToLocal } from '../local-time.ts'
import { weekdays } from '../schedule.ts'
import type { DayTimes, Maintenance } from './policy.ts'

const dayMs = 86_400_000
const minuteMs = 60_000

export function isDuring({ weekdays: days, ...times }: DayTimes, nowMs: number): boolean {
  return beganOn(times, nowMs).some(
    (day) => days === undefined || days.some((one) => weekdays[day.getUTCDay()] === one),
  )
}

export function isMaintained(maintenance: Maintenance, nowMs: number): boolean {
  return beganOn(maintenance, nowMs).some((day) => hasDay(maintenance, day))
}

function hasDay(maintenance: Maintenance, day: Date): boolean {
  switch (maintenance.every) {
    case 'day':
      return true
    case 'week':
      return weekdays[day.getUTCDay()] === maintenance.on
    case 'month':
      return day.getUTCDate() === Math.min(maintenance.on, daysOfMonth(day))
  }
}

/** The days, as wall time, on which a window began that it is in now: today, yesterday, both or none. */
function beganOn(
  { timeZone, fromMinutes, toMinutes }: Pick<DayTimes, 'timeZone' | 'fromMinutes' | 'toMinutes'>,
  nowMs: number,
): Date[] {
  const wallMs = utcToLocal(nowMs, timeZone)
  const todayMs = Math.floor(wallMs / dayMs) * dayMs
  const lengthMs = (toMinutes - fromMinutes) * minuteMs + (toMinutes > fromMinutes ? 0 : dayMs)
  return [todayMs, todayMs - dayMs].flatMap((day) => {
    const sinceMs = wallMs - day - fromMinutes * minuteMs
    return sinceMs >= 0 && sinceMs < lengthMs ? [new Date(day)] : []
  })
}

function daysOfMonth(day: Date): number {
  return new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + 1, 0)).getUTCDate()
}
