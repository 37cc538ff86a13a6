/** Scheduled reports: those that are due now, made. */
import type { Bucket } from '../../adapters/bucket/port.ts'
import type { Clock } from '../../adapters/clock/port.ts'
import type { Log } from '../../adapters/log/port.ts'
import { slotKey } from '../../core/keys.ts'
import { type Schedule, type Slot, slotAt, slotBefore } from '../../core/schedule.ts'
import type { PublishedReport } from './handler.ts'
import { wasClaimed } from './slot.ts'

/** What report is invoked with. */
interface DueEvent {
  slot: Slot
  fromMs: number
  toMs: number
  mail: string[]
  hosts?: string[]
  tags?: string[]
  timeZone?: string
  locale?: string
}

/** A new schedule begins with the first slot that comes due after it was made: it catches up on none. */
const freshMs = 30 * 60_000

export interface DueDeps {
  bucket: Bucket
  clock: Pick<Clock, 'now'>
  log: Log
  schedules: readonly Schedule[]
  timeZone: string
  report(event: DueEvent): Promise<PublishedReport>
}

/** Each run makes what is due and not done. One report that fails holds up no other; the first failure is thrown at the end. */
export function createDueReports(deps: DueDeps): () => Promise<PublishedReport[]> {
  /** The last slot of a schedule that is done, or was passed over: nobody asks the bucket for it again. */
  const settled = new Map<string, number>()
  return async () => {
    const reports: PublishedReport[] = []
    const failures: unknown[] = []
    for (const schedule of deps.schedules) {
      const slot = slotAt(schedule, deps.clock.now(), deps.timeZone)
      if (settled.get(schedule.name) === slot.dueMs) continue
      try {
        const event = await eventOf(deps, schedule, slot)
        const report = event && (await deps.report(event))
        if (report) reports.push(report)
        if (report?.repeated === 'given-up') {
          deps.log.error('a scheduled report is given up', { schedule: schedule.name, slot: slotKey(slot) })
        }
        if (report?.repeated !== 'claimed') settled.set(schedule.name, slot.dueMs)
      } catch (error) {
        deps.log.error('a scheduled report failed', { schedule: schedule.name, reason: (error as Error).message })
        failures.push(error)
      }
    }
    if (failures.length > 0) throw failures[0]
    return reports
  }
}

/** Undefined: it was due before anybody knew of the schedule. */
async function eventOf(
  { bucket, clock, timeZone }: DueDeps,
  schedule: Schedule,
  slot: Slot,
): Promise<DueEvent | undefined> {
  const before = slotBefore(schedule, slot, timeZone)
  const isFresh = clock.now() - slot.dueMs < freshMs
  if (!isFresh && !(await wasClaimed({ bucket }, slot)) && !(await wasClaimed({ bucket }, before))) return undefined
  const { to, hosts, tags, locale } = schedule
  return {
    slot,
    fromMs: before.dueMs,
    toMs: slot.dueMs,
    mail: to,
    ...(hosts ? { hosts } : {}),
    ...(tags ? { tags } : {}),
    ...(schedule.timeZone === undefined ? {} : { timeZone: schedule.timeZone }),
    ...(locale === undefined ? {} : { locale }),
  }
}
