/** Answers that several routes give. */
import type { SiteResponse } from '../../adapters/http/port.ts'

/** For a page that has none of its own: nothing is loaded, nothing runs. */
const closedPolicy = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"

export function textResponse(status: number, text: string): SiteResponse {
  return {
    status,
    headers: { 'content-type': 'text/plain; charset=utf-8', 'content-security-policy': closedPolicy },
    body: `${text}\n`,
  }
}

export const notFound = textResponse(404, 'There is nothing here.')

/** After a form: the browser gets the other page. */
export function redirect(location: string): SiteResponse {
  return { status: 303, headers: { location, 'content-security-policy': closedPolicy }, body: '' }
}

/** `what` ends before `in so many seconds`. */
export function waitResponse(waitMs: number, what: string): SiteResponse {
  const seconds = Math.ceil(waitMs / 1_000)
  const busy = textResponse(429, `${what} in ${seconds} s.`)
  return { ...busy, headers: { ...busy.headers, 'retry-after': String(seconds) } }
}
