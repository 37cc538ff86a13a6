/** The form that makes a report, wherever it stands. */
import type { ReportOf } from '../../core/link.ts'
import { formatDateTime } from '../../core/view/format.ts'
import { type Html, html, linkTarget, raw } from '../../core/view/html.ts'

const choices = [
  [1, 'hour'],
  [6, '6 hours'],
  [24, '24 hours'],
  [168, '7 days'],
] as const
export const chosenHours = 24

/** `action` absent: it is sent to the address that it stands at. */
export function reportForm(action?: string): Html {
  return html`<form class="report" method="post"${action !== undefined && html` action="${linkTarget(action)}"`}><label class="small muted" for="hours">Report of the last</label><select id="hours" name="hours">${choices.map(
    ([hours, word]) => html`<option value="${hours}"${hours === chosenHours && raw(' selected')}>${word}</option>`,
  )}</select><button>Make a report</button></form>`
}

/** Of a time that the link says. */
export function periodReportForm({ fromMs, toMs, host }: ReportOf, timeZone: string): Html {
  const who = host === undefined ? 'all hosts' : html`<strong>${host}</strong>`
  return html`<form class="asking" method="post"><p>Of ${who}, from ${formatDateTime(fromMs, timeZone)} to ${formatDateTime(toMs, timeZone)} ${timeZone}, as far as that is past.</p><p><button>Make the report</button></p></form>`
}
