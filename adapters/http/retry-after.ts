/** The Retry-After header: https://www.rfc-editor.org/rfc/rfc9110#field.retry-after */

/** No store means more: what a broken proxy says must not keep anybody away for days. */
export const longestRetryAfterMs = 3_600_000

/** How long to wait, in milliseconds; undefined: nothing was said that makes sense. `nowMs` is by the clock of who said it. */
export function retryAfterMsOf(header: string | undefined, nowMs: number): number | undefined {
  const text = header?.trim() ?? ''
  if (/^\d+$/.test(text)) return Math.min(Number(text) * 1_000, longestRetryAfterMs)
  // Date.parse takes much that is no date of HTTP: numbers below zero, for one.
  const atMs = /^[A-Z][a-z]{2,8},? /.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(atMs) ? undefined : Math.min(Math.max(0, atMs - nowMs), longestRetryAfterMs)
}
