/** Puts a report into the site, under a name that can't be guessed, and into the index that the status page reads. */
import type { Bucket } from '../../adapters/bucket/port.ts'
import type { Clock, Random } from '../../adapters/clock/port.ts'
import { addToReportIndex } from '../../adapters/history/report-index.ts'
import type { Log } from '../../adapters/log/port.ts'
import { reportId, reportsPrefix } from '../../core/keys.ts'
import { NewerVersionError } from '../../core/newer-version.ts'
import { reportTitle } from '../../core/report/text.ts'
import type { MadeReport, ReportFile } from './make-report.ts'

export interface PublishDeps {
  bucket: Bucket
  clock: Clock
  random: Random
  log: Log
  /** Older ones are no longer listed: they are swept, or a rule of the store removes them. */
  keepReportsDays: number
}

/** Resolves to the report's id: its files are `site/reports/<id>/<name>`. */
export async function publishReport(
  { bucket, clock, random, log, keepReportsDays }: PublishDeps,
  { report, files, hostPages }: Pick<MadeReport, 'report' | 'files' | 'hostPages'>,
  id = reportId(clock.now(), random.hex(8)),
): Promise<string> {
  const { generatedAtMs, period } = report
  const put = ({ name, body }: ReportFile) => bucket.put(`${reportsPrefix}${id}/${name}`, body)
  // What the report's page leads to is there before it, and it before the index.
  await inBatches(hostPages(), putsAtOnce, put)
  for (const file of files) await put(file)
  const entry = { id, title: reportTitle(report), generatedAtMs, ...period }
  try {
    await addToReportIndex(bucket, entry, { keepReportsDays })
  } catch (error) {
    if (!(error instanceof NewerVersionError)) throw error
    log.error('the report is made, and not listed', { id, reason: error.message })
  }
  return id
}

const putsAtOnce = 8

/** Some at a time; no further one is made before these are written. */
async function inBatches<T>(values: Iterable<T>, size: number, act: (value: T) => Promise<unknown>): Promise<void> {
  let batch: T[] = []
  for (const value of values) {
    batch.push(value)
    if (batch.length < size) continue
    await Promise.all(batch.map(act))
    batch = []
  }
  await Promise.all(batch.map(act))
}
