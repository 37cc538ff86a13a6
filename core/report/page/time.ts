import { formatDateTime, isoTime } from '../../view/format.ts'
import { type Html, html } from '../../view/html.ts'
import type { Reader } from '../../view/locale.ts'

export function time(atMs: number, reader: Reader): Html {
  return html`<time datetime="${isoTime(atMs)}">${formatDateTime(atMs, reader)}</time>`
}
