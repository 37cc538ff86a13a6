/** A bill for people. */
import { usEast1 } from '../../core/cost/prices.ts'
import { costTable, tooLongText } from '../../core/cost/table.ts'
import { widthOf } from '../top/cells.ts'
import type { Costs } from './load.ts'

const gap = 2

/** Titles at the left, dollars at the right. */
export function costLines({ fleets, given }: Costs): string[] {
  const rows = costTable(fleets)
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => widthOf(row[at] ?? ''))))
  const table = rows.map((row) =>
    row
      .map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart((widths[at] ?? 0) + gap)))
      .join('')
      .trimEnd(),
  )
  const cut = fleets.flatMap(({ hosts, cost }) =>
    tooLongText(cost).map((text) => `With ${hosts.toLocaleString('en')} hosts ${text}.`),
  )
  return [...table, ...(cut.length === 0 ? [] : ['', ...cut]), '', priceWords(given)]
}

export function priceWords(given: boolean): string {
  const whose = given ? 'the prices that were given' : `prices of us-east-1 (S3: ${usEast1.s3Write.asOf})`
  return `Dollars a month, at ${whose}, without free tiers. What it counts, and what not: docs/cost.md`
}
