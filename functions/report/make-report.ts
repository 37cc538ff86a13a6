/** A report, made: history read, computed, drawn, and put into files. Nothing is written here. */
import type { Bucket } from '../../adapters/bucket/port.ts'
import type { ChartRenderer } from '../../adapters/charts/port.ts'
import type { Clock } from '../../adapters/clock/port.ts'
import { readHistory } from '../../adapters/history/history.ts'
import type { Shard } from '../../core/keys.ts'
import { buildReport } from '../../core/report/build.ts'
import { reportPage } from '../../core/report/page.ts'
import type { Report, Thresholds } from '../../core/report/report.ts'
import { reportText } from '../../core/report/text.ts'
import { drawCharts } from './draw.ts'
import { resolutionOf } from './period.ts'
import { readNows } from './read-now.ts'

export interface ReportDeps {
  bucket: Bucket
  shards: readonly Shard[]
  charts: ChartRenderer
  clock: Clock
  /** IANA name: the reader's. */
  timeZone: string
  thresholds: Thresholds
}

export interface ReportRequest {
  /** Milliseconds UTC; `toMs` is not included. */
  period: { fromMs: number; toMs: number }
  /** Absent: all. */
  hosts?: readonly string[]
  onProgress?: (done: number, all: number) => void
}

export interface ReportFile {
  name: string
  body: Uint8Array
}

export interface MadeReport {
  report: Report
  text: string
  files: ReportFile[]
}

/** What was open through a period that ended longer ago may have ended since. */
const longPastMs = 60_000

export async function makeReport(
  { bucket, shards, charts, clock, timeZone, thresholds }: ReportDeps,
  { period, hosts, onProgress }: ReportRequest,
): Promise<MadeReport> {
  const resolution = resolutionOf(period)
  const wanted = { bucket, shards, resolution, ...(hosts ? { hosts } : {}) }
  const lengthMs = period.toMs - period.fromMs
  const history = await readHistory({ ...wanted, ...period })
  const previous = await readHistory({ ...wanted, fromMs: period.fromMs - lengthMs, toMs: period.fromMs })
  const { nows, problems } = await readNows(bucket, shards)
  const generatedAtMs = clock.now()
  const later =
    generatedAtMs - period.toMs > longPastMs
      ? await readHistory({ ...wanted, resolution: '1d', fromMs: period.toMs, toMs: generatedAtMs })
      : undefined
  const unreadable = [history, previous, ...(later ? [later] : [])].flatMap((one) => one.unreadable)
  const value = buildReport({
    history,
    previous,
    ...(later ? { later: later.transitions } : {}),
    nows,
    ...(hosts ? { asked: hosts } : {}),
    period,
    resolution,
    timeZone,
    generatedAtMs,
    thresholds,
    problems: [...problems, ...unreadable.map(({ key, reason }) => `${key} can't be read: ${reason}`)],
  })
  const drawn = await drawCharts({ report: value, charts, ...(onProgress ? { onProgress } : {}) })
  const report = { ...value, problems: [...value.problems, ...drawn.problems] }
  return {
    report,
    text: reportText(report),
    files: [
      { name: 'report.json', body: Buffer.from(`${JSON.stringify(report)}\n`) },
      { name: 'metrics_report.html', body: Buffer.from(reportPage(report, drawn.page)) },
      ...[...drawn.files].map(([name, body]) => ({ name, body })),
    ],
  }
}
