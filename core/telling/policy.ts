/** Who is told of what, when: the part of `vitals.yml` that says so, parsed. Of what decides, so its hash stands in each block. */
import { createHash } from 'node:crypto'
import type { Severity } from '../alerts/rule.ts'
import type { Weekday } from '../schedule.ts'

/** All that is given must match; of a list one glob, of `tags` (`key=glob`) each. Empty: everything. */
export interface Matcher {
  severity?: Severity
  hosts?: readonly string[]
  tags?: readonly string[]
  rules?: readonly string[]
  entities?: readonly string[]
}

/** Times of day by the clock of a zone. `to` at or before `from`: into the next day; the weekday is that of its beginning. */
export interface DayTimes {
  /** IANA. */
  timeZone: string
  /** Absent: all seven. */
  weekdays?: readonly Weekday[]
  /** Minutes after midnight, 0 to 1440. */
  fromMinutes: number
  toMinutes: number
}

export type GroupKey = 'rule' | 'host' | 'entity' | 'severity' | `tag:${string}`

export interface Route {
  match: Matcher
  /** Absent: always. */
  during?: DayTimes
  /** Names of receivers; `default` is mail to MONITOR_MAIL_TO. */
  to: readonly string[]
  group: { by: readonly GroupKey[]; waitMs: number; intervalMs: number }
  /** Told again while it fires; absent: as the rule says. */
  repeatMs?: number
  /** Routes after this one are asked as well. */
  continue: boolean
}

/** Nobody is told of what matches, in a time that comes again and again. */
export type Maintenance = { name: string; match: Matcher; timeZone: string; fromMinutes: number; toMinutes: number } & (
  | { every: 'day' }
  | { every: 'week'; on: Weekday }
  /** A month that is shorter has it on its last day. */
  | { every: 'month'; on: number }
)

export interface TellingPolicy {
  /** The first that matches, and those after it while they say `continue`; none at all: everything to `default`. */
  routes: readonly Route[]
  maintenance: readonly Maintenance[]
}

/** Everything goes to `default`. */
export const defaultPolicy: TellingPolicy = { routes: [], maintenance: [] }

/** Names a policy that a block was decided by; 16 hex digits. */
export function policyHash({ routes, maintenance }: TellingPolicy): string {
  return createHash('sha256').update(JSON.stringify({ routes, maintenance })).digest('hex').slice(0, 16)
}

/** What a route that says nothing of groups has. */
export const defaultGroup: Route['group'] = { by: ['rule'], waitMs: 0, intervalMs: 5 * 60_000 }
