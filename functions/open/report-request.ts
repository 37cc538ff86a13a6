/** Reports on demand. To look at the form makes none: programs that read mails follow every link in them. */
import type { SiteRequest, SiteResponse } from '../../adapters/http/port.ts'
import type { ReportOf } from '../../core/link.ts'
import { html } from '../../core/view/html.ts'
import { redirect, textResponse, waitResponse } from './http.ts'
import { plainPage } from './plain-page.ts'
import { chosenHours, periodReportForm, reportForm } from './report-form.ts'

/** Of the last hours, or of a time. */
export type AskedReport = { hours: number } | { fromMs: number; toMs: number; hosts?: string[] }

/** Where it is shown, why there is none, or how long to wait before one can be made. */
export type MakeReport = (asked: AskedReport) => Promise<{ href: string } | { failed: string } | { waitMs: number }>

const longestHours = 31 * 24

/** `of`: what the link says; nothing: the form asks. */
export function reportFormPage(of: ReportOf | undefined, timeZone: string): SiteResponse {
  const form = of ? periodReportForm(of, timeZone) : reportForm()
  return plainPage({
    title: 'Make a report',
    content: html`<section class="card ask"><h2>Make a report</h2>${form}</section>`,
  })
}

export async function makeReportAsked(
  makeReport: MakeReport,
  of: ReportOf | undefined,
  { request: { body }, nowMs }: { request: SiteRequest; nowMs: number },
): Promise<SiteResponse> {
  const asked = of ? periodAsked(of, nowMs) : hoursAsked(body)
  if ('refused' in asked) return textResponse(400, asked.refused)
  const made = await makeReport(asked)
  if ('href' in made) return redirect(made.href)
  if ('failed' in made) return textResponse(503, `The report could not be made: ${made.failed}`)
  return waitResponse(made.waitMs, 'Enough reports were made for now. The next one can be made')
}

function hoursAsked(body: Uint8Array): AskedReport | { refused: string } {
  const given = new URLSearchParams(Buffer.from(body).toString('utf8')).get('hours') ?? String(chosenHours)
  const hours = Number(given)
  if (Number.isInteger(hours) && hours >= 1 && hours <= longestHours) return { hours }
  return { refused: `hours: ${given.slice(0, 20)}: expected a whole number from 1 to ${longestHours}` }
}

/** As far as it is past: what is to come can't be told. */
function periodAsked({ fromMs, toMs, host }: ReportOf, nowMs: number): AskedReport | { refused: string } {
  const endMs = Math.min(toMs, nowMs)
  if (endMs <= fromMs) return { refused: 'That time has not begun yet.' }
  return { fromMs, toMs: endMs, ...(host === undefined ? {} : { hosts: [host] }) }
}
