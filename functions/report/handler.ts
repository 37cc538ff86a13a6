import * as v from 'valibot'
import type { Random } from '../../adapters/clock/port.ts'
import { reportPagePath } from '../../adapters/history/report-index.ts'
import type { Log } from '../../adapters/log/port.ts'
import type { MailSender } from '../../adapters/mail/port.ts'
import { type ShardCount, shards } from '../../core/keys.ts'
import { limits } from '../../core/limits.ts'
import type { LinkTo } from '../../core/link.ts'
import { isTimeZone } from '../../core/local-time.ts'
import type { Slot } from '../../core/schedule.ts'
import { isLocale, isMailAddress } from '../../core/setting-values.ts'
import { renderReportMail } from './mail/report-mail.ts'
import { makeReport, type ReportDeps, type ReportRequest } from './make-report.ts'
import { publishReport } from './publish.ts'
import { sendReport } from './send.ts'
import { oncePerSlot, type Repeated } from './slot.ts'

const hourMs = 3_600_000
/** As long as daily rollups are kept; a report of for ever would be no report. */
const longestHours = 24 * 400
/** The last moment that a date can be. https://tc39.es/ecma262/#sec-time-values-and-time-range */
const time = v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(8.64e15))
const hostNames = v.pipe(v.array(v.pipe(v.string(), v.maxLength(limits.hostLength))), v.maxLength(1_000))

const tagNames = v.pipe(
  v.array(v.pipe(v.string(), v.regex(/^[^=]+=/, 'expected key=value'), v.maxLength(2 * limits.nameLength))),
  v.maxLength(limits.tagsPerHost),
)
/** What SES takes of one mail. */
const mostReceivers = 50
const receivers = v.pipe(
  v.array(v.pipe(v.string(), v.check(isMailAddress, 'expected a mail address'))),
  v.minLength(1),
  v.maxLength(mostReceivers),
)

/**
 * `timeZone` and `locale` are of who reads it. `hours` back from now, or `fromMs` (and `toMs`); nothing: the last 24 hours. Of several `tags` a host has each. `mail`: it is
 * sent as well, to those that are set or to these. `slot`: made once, however often it is asked for. `docs/reports.md` tells all of it.
 */
export const eventSchema = v.object({
  hosts: v.optional(hostNames),
  tags: v.optional(tagNames),
  timeZone: v.optional(v.pipe(v.string(), v.check(isTimeZone, 'expected a time zone such as Europe/Berlin'))),
  locale: v.optional(v.pipe(v.string(), v.check(isLocale, 'expected a locale such as de-DE'))),
  hours: v.optional(v.pipe(v.number(), v.minValue(0.1), v.maxValue(longestHours))),
  fromMs: v.optional(time),
  toMs: v.optional(time),
  slot: v.optional(v.object({ schedule: v.pipe(v.string(), v.minLength(1), v.maxLength(64)), dueMs: time })),
  mail: v.optional(v.union([v.boolean(), receivers], 'expected true, false or a list of mail addresses')),
})

export type ReportHandlerDeps = Omit<ReportDeps, 'shards'> & {
  shardCount: ShardCount
  random: Random
  log: Log
  keepReportsDays: number
  sender: MailSender
  /** Absent: the mail has no link. */
  linkTo?: LinkTo
}

export interface PublishedReport {
  id: string
  /** Below `site/`. */
  page: string
  text: string
  files: string[]
  mailed?: { messageId: string; where: string }
  /** Another run has made it, is at it, or nobody could: there is nothing new here. */
  repeated?: Repeated['outcome']
}

/** Makes a report, publishes it, and mails it when that is asked. What failed to be mailed is published all the same. */
export function createHandler({ shardCount, sender, linkTo, ...deps }: ReportHandlerDeps) {
  return async (event: unknown): Promise<PublishedReport> => {
    const { mail, slot, ...request } = parseRequest(event, deps.clock.now())
    const make = async (id?: string) => {
      const made = await makeReport({ ...deps, shards: shards(shardCount) }, { ...request, published: true })
      return { made, id: await publishReport(deps, made, id) }
    }
    const send = async ({ made, id }: Awaited<ReturnType<typeof make>>): Promise<PublishedReport> => {
      const page = reportPagePath(id)
      const published = { id, page, text: made.text, files: made.files.map(({ name }) => name) }
      if (!mail) return published
      const link = linkTo ? { href: linkTo(page) } : {}
      const to = mail === true ? {} : { to: mail }
      return {
        ...published,
        mailed: await sendReport({ ...deps, sender }, { ...renderReportMail(made, { id, ...link }), ...to }),
      }
    }
    if (!slot) return send(await make())
    const once = await oncePerSlot(deps, slot, { make, send })
    if (once.outcome === 'made') return once.result
    const { id, outcome } = once
    return { id, page: reportPagePath(id), text: '', files: [], repeated: outcome }
  }
}

/** Throws with the field, the value and what was expected. */
export function parseRequest(event: unknown, nowMs: number): ReportRequest & { mail: boolean | string[]; slot?: Slot } {
  const parsed = v.safeParse(eventSchema, event ?? {})
  if (!parsed.success) {
    const places = parsed.issues.map((issue) => `event.${v.getDotPath(issue) ?? ''}: ${issue.message}`)
    throw new Error(`report: ${places.join('; ')}`)
  }
  const { hosts, tags, timeZone, locale, slot, hours = 24, fromMs, toMs = nowMs, mail = false } = parsed.output
  const period = { fromMs: fromMs ?? toMs - hours * hourMs, toMs }
  if (period.fromMs >= period.toMs) {
    throw new Error(
      `report: the period begins at ${iso(period.fromMs)} and ends at ${iso(period.toMs)}: expected the end after the beginning`,
    )
  }
  if (period.toMs - period.fromMs > longestHours * hourMs) {
    throw new Error(
      `report: the period from ${iso(period.fromMs)} to ${iso(period.toMs)}: expected ${longestHours / 24} days at most`,
    )
  }
  const reader = { ...(timeZone === undefined ? {} : { timeZone }), ...(locale === undefined ? {} : { locale }) }
  return { period, mail, ...reader, ...(hosts ? { hosts } : {}), ...(tags ? { tags } : {}), ...(slot ? { slot } : {}) }
}

function iso(atMs: number): string {
  return new Date(atMs).toISOString()
}
