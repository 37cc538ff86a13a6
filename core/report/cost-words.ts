/** What a report cost, in words. */
import { formatNumber } from '../view/format.ts'
import type { ReportCost } from './report.ts'

/** Less than this is not worth its digits. */
const leastCents = 0.01

export function costWords({ reads, lists, writes, cents }: ReportCost): string {
  const asked = [count(reads, 'read'), ...(lists > 0 ? [count(lists, 'listing')] : []), count(writes, 'write')]
  const price =
    cents === undefined ? '' : `: ${cents < leastCents ? `less than ${leastCents}` : cents.toFixed(2)} cents`
  return `It took ${asked.slice(0, -1).join(', ')} and ${asked.at(-1)} of the store${price}.`
}

function count(number: number, noun: string): string {
  return `${formatNumber(number)} ${noun}${number === 1 ? '' : 's'}`
}
