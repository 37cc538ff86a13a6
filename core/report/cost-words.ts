/** What a report cost, in words. */
import { formatNumber } from '../view/format.ts'
import { fixed } from '../view/locale.ts'
import type { ReportCost } from './report.ts'

/** Less than this is not worth its digits. */
const leastCents = 0.01

export function costWords({ reads, lists, writes, cents }: ReportCost, locale?: string): string {
  const asked = [
    count(reads, 'read', locale),
    ...(lists > 0 ? [count(lists, 'listing', locale)] : []),
    count(writes, 'write', locale),
  ]
  const price =
    cents === undefined
      ? ''
      : `: ${cents < leastCents ? `less than ${fixed(leastCents, 2, locale)}` : fixed(cents, 2, locale)} cents`
  return `It took ${asked.slice(0, -1).join(', ')} and ${asked.at(-1)} of the store${price}.`
}

function count(number: number, noun: string, locale: string | undefined): string {
  return `${formatNumber(number, locale)} ${noun}${number === 1 ? '' : 's'}`
}
