/** Objects of the site by their path: nothing is listed, nothing is guessed, and nothing outside `site/` can be named. */
import type { Bucket } from '../../adapters/bucket/port.ts'
import type { SiteResponse } from '../../adapters/http/port.ts'
import { contentTypeOf } from '../../core/content-type.ts'

export interface SiteObject {
  body: Uint8Array
  contentType: string
}

/** Reports carry a policy of their own in the page; this one adds what only a header can say. */
const reportPolicy =
  "frame-ancestors 'none'; form-action 'none'; base-uri 'none'; object-src 'none'; connect-src 'none'"

const segment = /^[A-Za-z0-9_~=-][A-Za-z0-9._~=-]*$/
const maxPathLength = 1_024
/** A report with its charts inside; larger is not ours. */
const maxBytes = 64 * 1024 * 1024

/** `reports/…/index.html` -> its key; `undefined` for every path that is not plainly below `site/`. */
export function siteKey(path: string): string | undefined {
  if (path.length > maxPathLength) return undefined
  return path.split('/').every((part) => segment.test(part)) ? `site/${path}` : undefined
}

/** `undefined`: no such path, or nothing there. */
export async function readSiteObject(bucket: Bucket, path: string): Promise<SiteObject | undefined> {
  const key = siteKey(path)
  const object = key === undefined ? undefined : await bucket.get(key, { maxBytes })
  return object && { body: object.body, contentType: contentTypeOf(path) }
}

export function siteObjectResponse({ body, contentType }: SiteObject): SiteResponse {
  return { status: 200, headers: { 'content-type': contentType, 'content-security-policy': reportPolicy }, body }
}
