/** A report, made: history read, computed, drawn, and put into files. Nothing is written here. */
import { countRequests } from '../../adapters/bucket/counted.ts'
import type { Bucket } from '../../adapters/bucket/port.ts'
import type { ChartRenderer } from '../../adapters/charts/port.ts'
import type { Clock } from '../../adapters/clock/port.ts'
import { readHistory } from '../../adapters/history/history.ts'
import type { Shard } from '../../core/keys.ts'
import { buildReport } from '../../core/report/build.ts'
import { hostPages, pageNamesOf } from '../../core/report/page/host-pages.ts'
import { reportPage } from '../../core/report/page.ts'
import type { Report, ReportCost, Thresholds } from '../../core/report/report.ts'
import { reportJson } from '../../core/report/report-json.ts'
import { reportText } from '../../core/report/text.ts'
import { requestsCost } from '../../core/storage-cost.ts'
import { chooseHosts, unknownHosts } from './choose-hosts.ts'
import { type Drawn, drawCharts, drawPicture, type PictureName } from './draw.ts'
import { pageScript } from './page-script.generated.ts'
import { previousResolutionOf, resolutionOf } from './period.ts'
import { readNows } from './read-now.ts'

export interface ReportDeps {
  bucket: Bucket
  shards: readonly Shard[]
  charts: ChartRenderer
  clock: Clock
  /** IANA name: the reader's. */
  timeZone: string
  /** BCP 47: the reader's. */
  locale?: string
  thresholds: Thresholds
}

export interface ReportRequest {
  /** Milliseconds UTC; `toMs` is not included. */
  period: { fromMs: number; toMs: number }
  /** Absent: all. */
  hosts?: readonly string[]
  /** `key=value`: hosts that have all of them. */
  tags?: readonly string[]
  /** Of who reads this one; absent: as it is set. */
  timeZone?: string
  locale?: string
  /** False: neither charts nor pages, for who wants the values alone. */
  drawn?: boolean
  /** It goes into the site: what that costs is told in it. */
  published?: boolean
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
  /** Beside those, where there are too many hosts for one page: one each, made as it is asked for. */
  hostPages(): Iterable<ReportFile>
}

/** What was open through a period that ended longer ago may have ended since. */
const longPastMs = 60_000

export async function makeReport(deps: ReportDeps, request: ReportRequest): Promise<MadeReport> {
  const { bucket, counts } = countRequests(deps.bucket)
  const value = await computeReport({ ...deps, bucket }, request)
  const { onProgress, drawn: isDrawn = true, published = false } = request
  const drawn = isDrawn
    ? await drawCharts({ report: value, charts: deps.charts, ...(onProgress ? { onProgress } : {}) })
    : noCharts
  const names = pageNamesOf(value)
  const files = viewsMade + drawn.files.size + names.size
  const report: Report = {
    ...value,
    cost: costOf(counts(), published ? files : undefined, bucket.url),
    problems: [...value.problems, ...drawn.problems],
  }
  const page = isDrawn ? [reportPage(report, drawn.page, { script: pageScript, names })] : []
  return {
    report,
    text: reportText(report),
    files: [
      { name: 'report.json', body: reportJson(report) },
      ...page.map((html) => ({ name: 'metrics_report.html', body: Buffer.from(html) })),
      ...[...drawn.files].map(([name, body]) => ({ name, body })),
    ],
    hostPages: () => (isDrawn ? filesOf(report) : []),
  }
}

/** report.json and the page. */
const viewsMade = 2

/** Publishing writes the files, and reads and writes the index of reports. */
function costOf(made: Omit<ReportCost, 'cents'>, filesPublished: number | undefined, url: string): ReportCost {
  const published = filesPublished !== undefined
  const cost = {
    ...made,
    reads: made.reads + (published ? 1 : 0),
    writes: made.writes + (published ? filesPublished + 1 : 0),
  }
  return { ...cost, ...(url.startsWith('s3:') ? { cents: requestsCost(cost) } : {}) }
}

const noCharts: Drawn = { page: { overall: [], byHost: new Map() }, files: new Map(), problems: [] }

function* filesOf(report: Report): Generator<ReportFile> {
  for (const { name, html } of hostPages(report, pageScript)) yield { name, body: Buffer.from(html) }
}

/** One of the report's pictures, without the rest; rejects with a `ChartError` when it can't be drawn. */
export async function makePicture(deps: ReportDeps, name: PictureName, request: ReportRequest): Promise<Uint8Array> {
  return drawPicture({ report: await computeReport(deps, request), charts: deps.charts, name })
}

/** The value that all the views show; nothing is drawn. */
async function computeReport(
  { bucket, shards, clock, thresholds, ...set }: ReportDeps,
  { period, tags, timeZone = set.timeZone, locale = set.locale, ...request }: ReportRequest,
): Promise<Report> {
  const { nows, problems } = await readNows(bucket, shards)
  const { asked: hosts, problems: unmet } = chooseHosts({ ...request, ...(tags ? { tags } : {}) }, nows)
  const intervals = nows.flatMap(({ host, intervalMs }) => (hosts && !hosts.includes(host) ? [] : (intervalMs ?? [])))
  const resolution = resolutionOf(period, hosts?.length ?? nows.length, intervals)
  const wanted = { bucket, shards, ...(hosts ? { hosts } : {}) }
  const [history, previous] = await Promise.all([
    readHistory({ ...wanted, resolution, ...period }),
    // Of its last bucket a part may be the period's own: that one is left out.
    readHistory({
      ...wanted,
      resolution: previousResolutionOf(period, resolution),
      fromMs: 2 * period.fromMs - period.toMs,
      toMs: period.fromMs,
      endsInside: true,
    }),
  ])
  const generatedAtMs = clock.now()
  const later =
    generatedAtMs - period.toMs > longPastMs
      ? await readHistory({ ...wanted, resolution: '1d', fromMs: period.toMs, toMs: generatedAtMs })
      : undefined
  const known = new Set([...nows.map(({ host }) => host), ...history.hosts.keys(), ...previous.hosts.keys()])
  const unreadable = [history, previous, ...(later ? [later] : [])].flatMap((one) => one.unreadable)
  const report = buildReport({
    history,
    previous,
    ...(later ? { later: later.transitions } : {}),
    nows,
    ...(hosts ? { asked: hosts } : {}),
    ...(tags ? { tags } : {}),
    period,
    resolution,
    timeZone,
    ...(locale === undefined ? {} : { locale }),
    generatedAtMs,
    thresholds,
    problems: [
      ...unmet,
      ...unknownHosts(request.hosts ?? [], known),
      ...problems,
      ...unreadable.map(({ key, reason }) => `${key} can't be read: ${reason}`),
    ],
  })
  for (const one of [history, previous]) one.release()
  return report
}
