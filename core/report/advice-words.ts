/** Advice and growth in words, for text and page. */
import { metricById } from '../metrics.ts'
import { formatNumber, formatPercent } from '../view/format.ts'
import { fixed } from '../view/locale.ts'
import type { AdviceReport, GrowthReport } from './report.ts'

export function adviceSubject({ metric, entity }: AdviceReport): string {
  return [metricById(metric)?.title ?? metric, entity].filter((part) => part !== '').join(' ')
}

export function adviceWords({ threshold, mails, better, wouldBeMails, p95 }: AdviceReport, locale?: string): string {
  const are = mails === 0 ? `${threshold} % was never reached` : `${threshold} % meant ${mailWords(mails, locale)}`
  return `${are}, ${better} % would have meant ${mailWords(wouldBeMails, locale)} in this period; p95 is ${formatPercent(p95, locale)}`
}

export function growthWords(growth: GrowthReport, locale?: string): string {
  const { perHour, confidencePercent } = growth
  const pace = perHour < 10 ? fixed(perHour, 1, locale) : formatNumber(Math.round(perHour), locale)
  return `${growthRange(growth, locale)}, ${pace} an hour; a straight line explains ${formatPercent(confidencePercent, locale)} of it`
}

/** `threads from 12 to 4,000` */
export function growthRange({ what, from, to }: GrowthReport, locale?: string): string {
  const noun = what === 'threads' ? 'threads' : 'open files'
  return `${noun} from ${formatNumber(Math.round(from), locale)} to ${formatNumber(Math.round(to), locale)}`
}

function mailWords(mails: number, locale: string | undefined): string {
  return mails === 0 ? 'no mail' : mails === 1 ? 'one mail' : `${formatNumber(mails, locale)} mails`
}
