/** `vitals storage` for people: a row a kind of object. */
import { usEast1 } from '../../core/cost/prices.ts'
import { absent, formatBytes, formatNumber } from '../../core/view/format.ts'
import { printable } from '../../core/view/html.ts'
import { plainSpaces } from '../../core/view/line.ts'
import type { Stored, Survey, SurveyRow } from '../../functions/rollup/survey.ts'

const titles = ['', 'objects', 'size', '$ a month', 'a sweep would remove']

export function surveyLines({ url, rows, total }: Survey): string[] {
  if (rows.length === 0) return [`${printable(url)} is empty`]
  const cells = [titles, ...rows.map((row) => cellsOf(row.prefix, row)), cellsOf('all', total)]
  const widths = titles.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)))
  const lines = cells.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  '),
  )
  return [printable(url), '', ...lines, '', priceNote]
}

const priceNote = `Dollars: as S3 Standard in us-east-1 charges bytes (${usEast1.s3Storage.asOf}), without requests.`

/** `1,440 objects, 2.1 MiB`; `nothing`. */
export function removableText({ objects, bytes }: Stored): string {
  if (objects === 0) return 'nothing'
  return plainSpaces(`${formatNumber(objects)} ${objects === 1 ? 'object' : 'objects'}, ${formatBytes(bytes)}`)
}

function cellsOf(title: string, row: Omit<SurveyRow, 'prefix'>): string[] {
  const { objects, bytes, dollarsPerMonth, removable } = row
  return [
    title,
    formatNumber(objects),
    plainSpaces(formatBytes(bytes)),
    dollarsText(dollarsPerMonth),
    removable.objects === 0 ? absent : removableText(removable),
  ]
}

/** A tenth of a cent is the least that is told. */
function dollarsText(dollars: number): string {
  return dollars > 0 && dollars < 0.001 ? '< 0.001' : dollars.toFixed(3)
}
