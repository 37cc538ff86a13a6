/** Advice and growth in words, for text and page. */
import { metricById } from '../metrics.ts'
import { formatNumber, formatPercent } from '../view/format.ts'
import type { AdviceReport, GrowthReport } from './report.ts'

export function adviceSubject({ metric, entity }: AdviceReport): string {
  return [metricById(metric)?.title ?? metric, entity].filter((part) => part !== '').join(' ')
}

export function adviceWords({ threshold, mails, better, wouldBeMails, p95 }: AdviceReport): string {
  const are = mails === 0 ? `${threshold} % was never reached` : `${threshold} % meant ${mailWords(mails)}`
  return `${are}, ${better} % would have meant ${mailWords(wouldBeMails)} in this period; p95 is ${formatPercent(p95)}`
}

export function growthWords({ what, perHour, from, to, confidencePercent }: GrowthReport): string {
  const noun = what === 'threads' ? 'threads' : 'open files'
  const pace = perHour < 10 ? perHour.toFixed(1) : formatNumber(Math.round(perHour))
  return `${noun} from ${formatNumber(Math.round(from))} to ${formatNumber(Math.round(to))}, ${pace} an hour; a straight line explains ${formatPercent(confidencePercent)} of it`
}

function mailWords(mails: number): string {
  return mails === 0 ? 'no mail' : mails === 1 ? 'one mail' : `${formatNumber(mails)} mails`
}
