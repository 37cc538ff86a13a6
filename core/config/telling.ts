/** `routes` and `maintenance`: who is told of what, and when nobody is. */
import * as v from 'valibot'
import { defaultGroup, type GroupKey, type Maintenance, type Route } from '../telling/policy.ts'
import {
  dayOfMonth,
  duration,
  globs,
  list,
  name,
  severity,
  strict,
  tagGlobs,
  timeOfDay,
  timeZone,
  weekday,
  weekdayList,
} from './fields.ts'

const hourMs = 3_600_000
const mostRoutes = 200
const mostWindows = 100
const mostReceivers = 20

const matcher = strict({
  severity: v.exactOptional(severity),
  hosts: v.exactOptional(globs),
  tags: v.exactOptional(tagGlobs),
  rules: v.exactOptional(globs),
  entities: v.exactOptional(globs),
})

const groupWords = 'expected rule, host, entity, severity or tag:NAME'
const groupKey = v.custom<GroupKey>(
  (key) => typeof key === 'string' && /^(?:rule|host|entity|severity|tag:[^=]+)$/.test(key),
  groupWords,
)
const group = strict({
  by: v.exactOptional(list(groupKey, 'keys', 8)),
  wait: v.exactOptional(duration(0, hourMs)),
  interval: v.exactOptional(duration(0, 24 * hourMs)),
})
const during = strict({
  timeZone: v.exactOptional(timeZone),
  weekdays: v.exactOptional(weekdayList),
  from: timeOfDay,
  to: timeOfDay,
})

/** `zone`: of a time that names none. */
export function routesSchema(zone: string) {
  const route = v.pipe(
    strict({
      match: v.exactOptional(matcher),
      during: v.exactOptional(during),
      to: list(name, 'receivers', mostReceivers),
      group: v.exactOptional(group),
      repeat: v.exactOptional(duration(60_000, 365 * 24 * hourMs)),
      continue: v.optional(v.boolean('expected true or false'), false),
    }),
    v.transform(({ match = {}, during: times, to, group: given, repeat, continue: goesOn }): Route => {
      const { by = defaultGroup.by, wait = defaultGroup.waitMs, interval = defaultGroup.intervalMs } = given ?? {}
      return {
        match,
        ...(times ? { during: dayTimesOf(times, zone) } : {}),
        to,
        group: { by, waitMs: wait, intervalMs: interval },
        ...(repeat === undefined ? {} : { repeatMs: repeat }),
        continue: goesOn,
      }
    }),
  )
  return v.pipe(
    v.array(route, 'expected a list of routes'),
    v.maxLength(mostRoutes, `expected ${mostRoutes} routes at most`),
  )
}

function dayTimesOf({ from, to, timeZone: zone, weekdays }: v.InferOutput<typeof during>, otherwise: string) {
  return { timeZone: zone ?? otherwise, ...(weekdays ? { weekdays } : {}), fromMinutes: from, toMinutes: to }
}

const window = {
  name,
  match: v.exactOptional(matcher),
  from: timeOfDay,
  to: timeOfDay,
  timeZone: v.exactOptional(timeZone),
}
export function maintenanceSchema(zone: string) {
  const maintenance = v.pipe(
    v.variant(
      'every',
      [
        strict({ ...window, every: v.literal('day') }),
        strict({ ...window, every: v.literal('week'), on: weekday }),
        strict({ ...window, every: v.literal('month'), on: dayOfMonth }),
      ],
      'expected day, week or month',
    ),
    v.transform(({ match = {}, from, to, timeZone: own, ...rest }): Maintenance => {
      return { ...rest, match, timeZone: own ?? zone, fromMinutes: from, toMinutes: to }
    }),
  )
  return v.pipe(
    v.array(maintenance, 'expected a list of maintenance windows'),
    v.maxLength(mostWindows, `expected ${mostWindows} windows at most`),
  )
}
