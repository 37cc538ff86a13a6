/** `schedules`: reports by receiver. */
import * as v from 'valibot'
import { limits } from '../limits.ts'
import { isMailAddress } from '../setting-values.ts'
import { clockTime, dayOfMonth, list, locale, name, strict, timeZone, weekday } from './fields.ts'

const mostSchedules = 100
const mostReceivers = 50
const mostHosts = 1_000

const common = {
  name,
  at: v.optional(clockTime, '07:00'),
  timeZone: v.exactOptional(timeZone),
  locale: v.exactOptional(locale),
  to: list(
    v.pipe(v.string('expected a mail address'), v.check(isMailAddress, 'expected a mail address')),
    'mail addresses',
    mostReceivers,
  ),
  hosts: v.exactOptional(list(v.pipe(v.string('expected a host'), v.maxLength(limits.hostLength)), 'hosts', mostHosts)),
  tags: v.exactOptional(
    list(
      v.pipe(v.string('expected key=value'), v.regex(/^[^=]+=/, 'expected key=value')),
      'key=value',
      limits.tagsPerHost,
    ),
  ),
}

const schedule = v.variant(
  'every',
  [
    strict({ ...common, every: v.literal('day') }),
    strict({ ...common, every: v.literal('week'), on: v.optional(weekday, 'monday') }),
    strict({ ...common, every: v.literal('month'), on: v.optional(dayOfMonth, 1) }),
  ],
  'expected day, week or month',
)

export const schedulesSchema = v.pipe(
  v.array(schedule, 'expected a list of schedules'),
  v.maxLength(mostSchedules, `expected ${mostSchedules} schedules at most`),
)
