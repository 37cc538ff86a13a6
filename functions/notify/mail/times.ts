/** Times of a message: the reader's zone, and UTC beside it where there is room. */
import { formatDateTime, formatTime } from '../../../core/view/format.ts'

/** `2026-03-01 14:03 Europe/Berlin (13:03 UTC)`; once only where the two are one. */
export function timeInBoth(atMs: number, timeZone: string): string {
  const local = formatDateTime(atMs, timeZone)
  const utc = formatDateTime(atMs, 'UTC')
  if (local === utc) return `${utc} UTC`
  const isSameDay = local.slice(0, 10) === utc.slice(0, 10)
  return `${local} ${timeZone} (${isSameDay ? formatTime(atMs, 'UTC') : utc} UTC)`
}
