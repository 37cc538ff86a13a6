/**
 * A report's pages under `/r/<token>/`: a link that opens the report's page opens what lies beside it, so that relative
 * links lead on, and nothing else of the bucket.
 */
import type { Bucket } from '../../adapters/bucket/port.ts'
import type { SiteResponse } from '../../adapters/http/port.ts'
import { parseReportKey } from '../../core/keys.ts'
import { notFound, redirect } from './http.ts'
import { readSiteObject, siteKey, siteObjectResponse } from './open.ts'

const prefix = '/r/'

/** In base64 it has to fit into the 6 MB that a function answers. https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const streamedMaxBytes = 4 * 1024 * 1024

/** Where `path`, the page of a report, is shown to whoever has `token`; `undefined`: it is none. */
export function reportViewPath(path: string, token: string): string | undefined {
  const key = siteKey(path)
  if (key === undefined || !key.endsWith('.html') || !parseReportKey(key)) return undefined
  return `${prefix}${token}/${path.split('/').slice(2).join('/')}`
}

/** `/r/<token>/<file>` */
export function parseReportView(path: string): { token: string; file: string } | undefined {
  if (!path.startsWith(prefix)) return undefined
  const end = path.indexOf('/', prefix.length)
  return end < 0 ? undefined : { token: path.slice(prefix.length, end), file: path.slice(end + 1) }
}

/** `opened`: what the token was signed for. */
export async function serveReportFile(bucket: Bucket, opened: string, file: string): Promise<SiteResponse> {
  if (reportViewPath(opened, '') === undefined) return notFound
  const path = `${opened.split('/').slice(0, 2).join('/')}/${file}`
  const key = siteKey(path)
  if (key === undefined) return notFound
  const object = await readSiteObject(bucket, path)
  if (!object) return notFound
  if (object.body.byteLength > streamedMaxBytes && bucket.presign) return redirect(await bucket.presign(key))
  return siteObjectResponse(object)
}
