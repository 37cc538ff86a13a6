/** What hosts send is shown, not obeyed: by a terminal, or by a spreadsheet. */
import { printable } from '../../core/view/html.ts'

/**
 * A line of JSON in which control characters, and those that turn the direction of text around, stand as escapes: the same
 * string to whoever parses it, and nothing to a terminal.
 */
export function jsonLine(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\u007f-\u009f\p{Cf}\u2028\u2029]/gu,
    (character) => `${[...unitsOf(character)].map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('')}`,
  )
}

/** RFC 4180: quotes where they are needed, lines that end with CR LF. https://www.rfc-editor.org/rfc/rfc4180 */
export function csvLine(cells: readonly CsvCell[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`
}

/** A text may come from a host; numbers, times and the like are ours. Absent: an empty cell. */
export type CsvCell = { text: string } | { plain: string } | undefined

/** What a spreadsheet takes for a formula. https://owasp.org/www-community/attacks/CSV_Injection */
const formula = /^[=+\-@\t\r]/

function csvCell(cell: CsvCell): string {
  if (cell === undefined) return ''
  const text = 'plain' in cell ? cell.plain : printable(formula.test(cell.text) ? `'${cell.text}` : cell.text)
  // An empty text in quotes is one that is there.
  return text === '' || /["\r\n,]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

function* unitsOf(character: string): Generator<number> {
  for (let index = 0; index < character.length; index++) yield character.charCodeAt(index)
}
