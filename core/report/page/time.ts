import { formatDateTime, isoTime } from '../../view/format.ts'
import { type Html, html } from '../../view/html.ts'

export function time(atMs: number, timeZone: string): Html {
  return html`<time datetime="${isoTime(atMs)}">${formatDateTime(atMs, timeZone)}</time>`
}
