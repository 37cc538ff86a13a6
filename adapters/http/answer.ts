/** What every answer of the site has in common, whoever serves it. */
import type { SiteResponse } from './port.ts'

export const securityHeaders: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  // Not `no-referrer`: with that, browsers send `Origin: null` from our own forms.
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
}

/** For what is wrong before a page is asked, or while it is made. */
export function plainAnswer(status: number, text: string): SiteResponse {
  return {
    status,
    headers: { 'content-type': 'text/plain; charset=utf-8', 'content-security-policy': "default-src 'none'" },
    body: `${text}\n`,
  }
}
