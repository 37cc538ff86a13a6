/** What the period says of the time to come: disks that fill, memory that is not given back. */
import { formatBytes, formatDuration, formatPercent } from '../../view/format.ts'
import { type Html, html } from '../../view/html.ts'
import { fixed, type Reader } from '../../view/locale.ts'
import { adviceSubject, adviceWords, growthWords } from '../advice-words.ts'
import { betweenWords, fullWords } from '../forecast-words.ts'
import type { ForecastReport, GrowthReport, HostReport, LeakReport, Report } from '../report.ts'
import { spanWords } from '../span.ts'

export function aheadTable({ forecasts = [], leaks = [], growths = [] }: HostReport, report: Report): Html | false {
  if (forecasts.length + leaks.length + growths.length === 0) return false
  return html`<div><h3>Ahead</h3><div class="scroll" tabindex="0" role="region" aria-label="Ahead"><table class="alerts">
<thead><tr><th scope="col">What</th><th scope="col">When</th><th scope="col">Why</th></tr></thead>
<tbody>${forecasts.map((one) => forecastRow(one, report))}${leaks.map((one) => leakRow(one, report))}${growths.map((one) => growthRow(one, report))}</tbody>
</table></div><p class="muted small">If it goes on as it did in this period; between the times that its faster and its slower half give.</p></div>`
}

/** What other thresholds would have meant. */
export function adviceTable({ advice = [] }: HostReport, { locale }: Reader): Html | false {
  if (advice.length === 0) return false
  return html`<div><h3>Thresholds</h3><div class="scroll" tabindex="0" role="region" aria-label="Thresholds"><table class="alerts">
<thead><tr><th scope="col">Metric</th><th scope="col">What another threshold would have meant</th></tr></thead>
<tbody>${advice.map((one) => html`<tr><th scope="row">${adviceSubject(one)}</th><td class="why">${adviceWords(one, locale)}</td></tr>`)}</tbody>
</table></div></div>`
}

function forecastRow(forecast: ForecastReport, report: Report): Html {
  const { mount, usedPercent, percentPerDay, fullAtMs } = forecast
  return html`<tr><th scope="row">${mount} full</th><td class="nowrap">${fullWords(forecast, report)}</td><td class="why">${formatPercent(usedPercent, report.locale)} used, ${fixed(percentPerDay, 1, report.locale)} points more a day: full in ${formatDuration(fullAtMs - report.period.toMs)}${betweenWords(forecast, report)}</td></tr>`
}

function leakRow(
  { name, bytesPerHour, fromBytes, toBytes, confidencePercent }: LeakReport,
  { period, timeZone, locale }: Report,
): Html {
  return html`<tr><th scope="row">${name} grows</th><td class="nowrap">in ${spanWords(period, timeZone)}</td><td class="why">memory from ${formatBytes(fromBytes, locale)} to ${formatBytes(toBytes, locale)}, ${formatBytes(bytesPerHour, locale)} an hour; a straight line explains ${formatPercent(confidencePercent, locale)} of it</td></tr>`
}

function growthRow(growth: GrowthReport, { period, timeZone, locale }: Report): Html {
  return html`<tr><th scope="row">${growth.name} grows</th><td class="nowrap">in ${spanWords(period, timeZone)}</td><td class="why">${growthWords(growth, locale)}</td></tr>`
}
