/** Puts a report into the site, under a name that can't be guessed, and into the index that the status page reads. */
import type { Bucket } from '../../adapters/bucket/port.ts'
import type { Clock, Random } from '../../adapters/clock/port.ts'
import { addToReportIndex } from '../../adapters/history/report-index.ts'
import { reportsPrefix } from '../../core/keys.ts'
import { reportTitle } from '../../core/report/text.ts'
import type { MadeReport } from './make-report.ts'

/** Resolves to the report's id: its files are `site/reports/<id>/<name>`. */
export async function publishReport(
  { bucket, clock, random }: { bucket: Bucket; clock: Clock; random: Random },
  { report, files }: MadeReport,
): Promise<string> {
  const { generatedAtMs, period } = report
  const id = `${new Date(clock.now()).toISOString().slice(0, 10)}-${random.hex(8)}`
  for (const { name, body } of files) await bucket.put(`${reportsPrefix}${id}/${name}`, body)
  await addToReportIndex(bucket, { id, title: reportTitle(report), generatedAtMs, ...period })
  return id
}
