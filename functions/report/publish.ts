/** Puts a report into the site, under a name that can't be guessed, and into the index that the status page reads. */
import type { Bucket } from '../../adapters/bucket/port.ts'
import type { Clock, Random } from '../../adapters/clock/port.ts'
import { addToReportIndex } from '../../adapters/history/report-index.ts'
import { reportId, reportsPrefix } from '../../core/keys.ts'
import { reportTitle } from '../../core/report/text.ts'
import type { MadeReport } from './make-report.ts'

export interface PublishDeps {
  bucket: Bucket
  clock: Clock
  random: Random
  /** Older ones are no longer listed: they are swept, or a rule of the store removes them. */
  keepReportsDays: number
}

/** Resolves to the report's id: its files are `site/reports/<id>/<name>`. */
export async function publishReport(
  { bucket, clock, random, keepReportsDays }: PublishDeps,
  { report, files }: MadeReport,
): Promise<string> {
  const { generatedAtMs, period } = report
  const id = reportId(clock.now(), random.hex(8))
  for (const { name, body } of files) await bucket.put(`${reportsPrefix}${id}/${name}`, body)
  await addToReportIndex(bucket, { id, title: reportTitle(report), generatedAtMs, ...period }, { keepReportsDays })
  return id
}
