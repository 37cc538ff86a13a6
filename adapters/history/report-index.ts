/** The list of published reports: `report` adds to it, the sweep takes from it, the status page reads it. A view: one that is damaged begins anew; a newer one throws a `NewerVersionError`. */
import * as v from 'valibot'
import { reportsPrefix } from '../../core/keys.ts'
import { NewerVersionError, refuseNewer, versionIn } from '../../core/newer-version.ts'
import { type Bucket, BucketError, type StoredObject } from '../bucket/port.ts'

const indexKey = `${reportsPrefix}index.json`
/** Older ones stay in the bucket until their retention ends; they are only not listed. */
const indexed = 400
const tries = 10
const dayMs = 86_400_000

const entrySchema = v.object({
  id: v.string(),
  title: v.string(),
  generatedAtMs: v.number(),
  fromMs: v.number(),
  toMs: v.number(),
})
const indexVersion = 1
const indexSchema = v.object({ v: v.literal(indexVersion), reports: v.array(entrySchema) })

export type IndexedReport = v.InferOutput<typeof entrySchema>

/** The page's path below `site/`. */
export function reportPagePath(id: string): string {
  return `reports/${id}/metrics_report.html`
}

/** Newest first. */
export async function readReportIndex(bucket: Bucket): Promise<IndexedReport[]> {
  return parseIndex(await bucket.get(indexKey))
}

/** Two reports made at once both end up in it; those made more than `keepReportsDays` before this one are left out. */
export async function addToReportIndex(
  bucket: Bucket,
  entry: IndexedReport,
  { keepReportsDays = Number.POSITIVE_INFINITY }: { keepReportsDays?: number } = {},
): Promise<void> {
  const oldestMs = entry.generatedAtMs - keepReportsDays * dayMs
  await changeIndex(bucket, (reports) => {
    const known = reports.find(({ id }) => id === entry.id)
    if (known && known.generatedAtMs >= entry.generatedAtMs) return reports
    // One that was made again, since whoever made it first died over it, is as new as its files are.
    const others = reports.filter(({ id, generatedAtMs }) => id !== entry.id && generatedAtMs >= oldestMs)
    return [entry, ...others].slice(0, indexed)
  })
}

/** Before the reports themselves go: a list never leads to what is not there. */
export async function dropFromReportIndex(bucket: Bucket, ids: ReadonlySet<string>): Promise<void> {
  await changeIndex(bucket, (reports) => reports.filter(({ id }) => !ids.has(id)))
}

async function changeIndex(bucket: Bucket, change: (reports: IndexedReport[]) => IndexedReport[]): Promise<void> {
  for (let attempt = 1; attempt <= tries; attempt++) {
    const current = await bucket.get(indexKey)
    const known = parseIndex(current)
    const reports = change(known)
    if (reports.length === known.length && reports.every((one, index) => one === known[index])) return
    const body = Buffer.from(JSON.stringify({ v: indexVersion, reports }))
    try {
      const { outcome } = await bucket.put(indexKey, body, current ? { ifMatches: current.etag } : { ifAbsent: true })
      if (outcome === 'written') return
    } catch (error) {
      if (!(error instanceof BucketError) || error.effect === 'none') throw error
    }
  }
  throw new Error(`${indexKey} changed under ${tries} tries: the list of reports is as it was; try again`)
}

function parseIndex(object: StoredObject | undefined): IndexedReport[] {
  if (!object) return []
  try {
    const json: unknown = JSON.parse(Buffer.from(object.body).toString('utf8'))
    refuseNewer(indexKey, versionIn(json), indexVersion)
    const parsed = v.safeParse(indexSchema, json)
    return parsed.success ? parsed.output.reports : []
  } catch (error) {
    if (error instanceof NewerVersionError) throw error
    return []
  }
}
