/** The form that makes a report, wherever it stands. */
import { type Html, html, linkTarget, raw } from '../../core/view/html.ts'

const choices = [
  [1, 'hour'],
  [6, '6 hours'],
  [24, '24 hours'],
  [168, '7 days'],
] as const
export const chosenHours = 24

export function reportForm(action: string): Html {
  return html`<form class="report" method="post" action="${linkTarget(action)}"><label class="small muted" for="hours">Report of the last</label><select id="hours" name="hours">${choices.map(
    ([hours, word]) => html`<option value="${hours}"${hours === chosenHours && raw(' selected')}>${word}</option>`,
  )}</select><button>Make a report</button></form>`
}
