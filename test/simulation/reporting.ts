/** Scheduled reports of the fleet: one a slot, asked for by several at once, and what of each reached its reader. */
import type { Bucket } from '../../adapters/bucket/port.ts'
import type { ChartRenderer } from '../../adapters/charts/port.ts'
import { readReportIndex, reportPagePath } from '../../adapters/history/report-index.ts'
import { silentLog } from '../../adapters/log/port.ts'
import { MailError, type MailSender } from '../../adapters/mail/port.ts'
import { parseReportKey, slotKey } from '../../core/keys.ts'
import type { Report } from '../../core/report/report.ts'
import type { Slot } from '../../core/schedule.ts'
import { createHandler, type PublishedReport } from '../../functions/report/handler.ts'
import { claimMs } from '../../functions/report/slot.ts'
import { type FaultRates, noFaults } from './faults.ts'
import type { Ledger } from './ledger.ts'
import type { Scheduler } from './scheduler.ts'

const hourMs = 3_600_000

export interface Reporting {
  /** The slot that is due now, as one run of several makes it. */
  makeDue(bucket: Bucket, rates: FaultRates): Promise<PublishedReport>
  /** All slots that anybody was woken for and whose objects are still kept, until each is done or given up. */
  finish(run: (act: (bucket: Bucket) => Promise<unknown>) => Promise<void>): Promise<void>
  /** Throws with the promise that was broken. */
  check(bucket: Bucket, ledger: Ledger): Promise<void>
}

export interface ReportingDeps {
  scheduler: Scheduler
  shardCount: 1
  keepReportsDays: number
  isRemoved(key: string): boolean
}

export function simulateReports({ scheduler, shardCount, keepReportsDays, isRemoved }: ReportingDeps): Reporting {
  const due = new Map<number, Slot>()
  /** Mails of each report, by its id. */
  const received = new Map<string, number>()
  /** Somebody died, or was not heard: then a mail may have gone out twice. */
  let mayRepeat = false

  const sender = (rates: FaultRates): MailSender => ({
    reachesSomebody: true,
    destination: 'the readers',
    send: async ({ id }) => {
      await scheduler.turn()
      if (scheduler.fraction() < rates.refused) throw new MailError('451 try again later')
      received.set(id, (received.get(id) ?? 0) + 1)
      scheduler.tell(`readers: have ${id}`)
      if (rates !== noFaults) mayRepeat = true
      if (scheduler.fraction() < rates.lostAnswer) throw new MailError('connection reset after DATA')
      return { messageId: `<${id}>`, where: 'the readers' }
    },
  })
  const make = (slot: Slot, bucket: Bucket, rates: FaultRates) =>
    createHandler({
      bucket,
      shardCount,
      charts: blankCharts,
      clock: scheduler,
      random: scheduler,
      timeZone: 'Europe/Berlin',
      thresholds: { cpuPercent: 80, memoryPercent: 85, diskPercent: 90 },
      keepReportsDays,
      log: silentLog,
      sender: sender(rates),
    })({ slot, fromMs: slot.dueMs - 4 * hourMs, toMs: slot.dueMs, mail: true })

  return {
    makeDue: (bucket, rates) => {
      const dueMs = Math.floor(scheduler.now() / hourMs) * hourMs
      const slot = { schedule: 'hourly', dueMs }
      due.set(dueMs, slot)
      return make(slot, bucket, rates)
    },
    finish: async (run) => {
      scheduler.advance(claimMs)
      for (const slot of due.values()) {
        if (!isRemoved(slotKey(slot))) await run((bucket) => make(slot, bucket, noFaults))
      }
    },
    check: async (bucket, ledger) => {
      const ids: string[] = []
      for (const slot of due.values()) {
        const object = await bucket.get(slotKey(slot))
        if (!object) continue
        const turn = JSON.parse(Buffer.from(object.body).toString('utf8')) as {
          id: string
          phase: string
          tries: number
        }
        ids.push(turn.id)
        const mails = received.get(`report-${turn.id}`) ?? 0
        const isDone = turn.phase === 'done' && mails > 0
        if (!isDone && turn.tries < 5)
          throw new Error(`slot ${slotKey(slot)} is ${turn.phase} after ${turn.tries} tries, ${mails} mails`)
        if (mails > 1 && !mayRepeat) throw new Error(`report ${turn.id} was mailed ${mails} times`)
        if (isDone) await checkReport(bucket, turn.id, ledger)
      }
      const listed = (await readReportIndex(bucket)).map(({ id }) => id)
      const doubles = listed.filter((id, index) => listed.indexOf(id) !== index)
      if (doubles.length > 0) throw new Error(`reports listed twice: ${doubles}`)
      const strangers = [...received.keys()].filter((id) => !ids.includes(id.slice('report-'.length)))
      const kept = strangers.filter((id) => !isRemoved(`site/${reportPagePath(id.slice('report-'.length))}`))
      if (kept.length > 0) throw new Error(`mailed by no slot: ${kept}`)
    },
  }

  /** Whole, listed, and of nothing that never was. */
  async function checkReport(bucket: Bucket, id: string, { taken }: Ledger): Promise<void> {
    const key = `site/reports/${id}/report.json`
    const [object, page] = await Promise.all([bucket.get(key), bucket.get(`site/${reportPagePath(id)}`)])
    if (!object || !page) {
      if (isRemoved(key) || isRemoved(`site/${reportPagePath(id)}`)) return
      throw new Error(`report ${id} is done and not there`)
    }
    if (!(await readReportIndex(bucket)).some((listed) => listed.id === id))
      throw new Error(`report ${id} is not listed`)
    if (!parseReportKey(key)) throw new Error(`${key} is no key of a report`)
    const { hosts } = JSON.parse(Buffer.from(object.body).toString('utf8')) as Report
    for (const { host, coverage } of hosts) {
      const all = [...taken.values()].filter((one) => one.host === host).length
      if (coverage.snapshots > all)
        throw new Error(`report ${id} counts ${coverage.snapshots} snapshots of ${host}, which took ${all}`)
    }
  }
}

const blankCharts: ChartRenderer = { name: 'blank', render: async () => Buffer.from('a picture') }
