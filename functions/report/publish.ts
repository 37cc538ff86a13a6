/** Puts a report into the site, under a name that can't be guessed, and into the index that the status page reads. */
import * as v from 'valibot'
import { type Bucket, BucketError, type StoredObject } from '../../adapters/bucket/port.ts'
import type { Clock, Random } from '../../adapters/clock/port.ts'
import { reportsPrefix } from '../../core/keys.ts'
import { reportTitle } from '../../core/report/text.ts'
import type { MadeReport } from './make-report.ts'

const indexKey = `${reportsPrefix}index.json`
/** Older ones stay in the bucket until their retention ends; they are only not listed. */
const indexed = 400
const tries = 10

const entrySchema = v.object({
  id: v.string(),
  title: v.string(),
  generatedAtMs: v.number(),
  fromMs: v.number(),
  toMs: v.number(),
})
const indexSchema = v.object({ v: v.literal(1), reports: v.array(entrySchema) })

export type IndexedReport = v.InferOutput<typeof entrySchema>

/** Resolves to the report's id: its files are `site/reports/<id>/<name>`. */
export async function publishReport(
  { bucket, clock, random }: { bucket: Bucket; clock: Clock; random: Random },
  { report, files }: MadeReport,
): Promise<string> {
  const { generatedAtMs, period } = report
  const id = `${new Date(clock.now()).toISOString().slice(0, 10)}-${random.hex(8)}`
  for (const { name, body } of files) await bucket.put(`${reportsPrefix}${id}/${name}`, body)
  await addToIndex(bucket, { id, title: reportTitle(report), generatedAtMs, ...period })
  return id
}

/** The page's path below `site/`. */
export function reportPagePath(id: string): string {
  return `reports/${id}/metrics_report.html`
}

/** Newest first. */
export async function readReportIndex(bucket: Bucket): Promise<IndexedReport[]> {
  return parseIndex(await bucket.get(indexKey))
}

/** Two reports made at once both end up in it. */
async function addToIndex(bucket: Bucket, entry: IndexedReport): Promise<void> {
  for (let attempt = 1; attempt <= tries; attempt++) {
    const current = await bucket.get(indexKey)
    const reports = parseIndex(current)
    if (reports.some(({ id }) => id === entry.id)) return
    const body = Buffer.from(JSON.stringify({ v: 1, reports: [entry, ...reports].slice(0, indexed) }))
    try {
      const { outcome } = await bucket.put(indexKey, body, current ? { ifMatches: current.etag } : { ifAbsent: true })
      if (outcome === 'written') return
    } catch (error) {
      if (!(error instanceof BucketError) || error.effect === 'none') throw error
    }
  }
  throw new Error(`report: ${indexKey} changed under ${tries} tries; the report is published and not listed`)
}

/** A view: one that is damaged begins anew. */
function parseIndex(object: StoredObject | undefined): IndexedReport[] {
  if (!object) return []
  try {
    const parsed = v.safeParse(indexSchema, JSON.parse(Buffer.from(object.body).toString('utf8')))
    return parsed.success ? parsed.output.reports : []
  } catch {
    return []
  }
}
