/** Schedules of reports as EventBridge Scheduler has them, in their own zones. */
import type { Schedule } from '../../core/schedule.ts'

export interface ScheduledWake {
  /** https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#cron-based */
  expression: string
  timeZone: string
  /** Of the schedules that it wakes report for. */
  names: string[]
}

/** Those of one time and zone are one: whoever is woken makes all that is due. `timeZone`: of a schedule that names none. */
export function scheduledWakes(schedules: readonly Schedule[], timeZone: string): ScheduledWake[] {
  const wakes = new Map<string, ScheduledWake>()
  for (const schedule of schedules) {
    const expression = expressionOf(schedule)
    const zone = schedule.timeZone ?? timeZone
    const key = `${expression} ${zone}`
    const names = [...(wakes.get(key)?.names ?? []), schedule.name]
    wakes.set(key, { expression, timeZone: zone, names })
  }
  return [...wakes.values()]
}

function expressionOf(schedule: Schedule): string {
  const [hour, minute] = schedule.at.split(':').map(Number)
  return `cron(${minute} ${hour} ${daysOf(schedule)} *)`
}

/** Day of the month, month, day of the week. */
function daysOf(schedule: Schedule): string {
  switch (schedule.every) {
    case 'day':
      return '* * ?'
    case 'week':
      return `? * ${schedule.on.slice(0, 3).toUpperCase()}`
    case 'month':
      return `${dayOfMonth(schedule.on)} * ?`
  }
}

/** A month that is shorter has it on its last day, which cron can't say for 29 and 30: on a day too many nothing is due. */
function dayOfMonth(day: number): string {
  if (day <= 28) return String(day)
  return day === 31 ? 'L' : `28-${day}`
}
