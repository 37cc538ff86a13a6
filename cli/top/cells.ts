/**
 * Text as the cells of a terminal: East Asian wide characters and emoji take two, marks that combine take none. Where a
 * terminal counts otherwise the names still stand last in their lines, and no line wraps.
 */
import { oneLine } from '../../core/view/line.ts'

/** A host's text on one line, without anything that commands the terminal, piles up on other lines or has no known width. */
export function harmless(text: string): string {
  return oneLine(text)
    .replace(/[\ufe00-\ufe0f]/g, '')
    .replace(/(\p{M})\p{M}+/gu, '$1')
    .replace(/^\p{M}|[\p{Co}\p{Cn}\p{Default_Ignorable_Code_Point}]/gu, '\ufffd')
    .normalize('NFC')
}

export function widthOf(text: string): number {
  if (isPlain.test(text)) return text.length
  let width = 0
  for (const character of text) width += cellsOf(character)
  return width
}

/** At most `columns` wide; what was cut ends with `…`. */
export function clip(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text
  if (columns <= 0) return ''
  let kept = ''
  let width = 0
  for (const character of text) {
    width += cellsOf(character)
    if (width > columns - 1) break
    kept += character
  }
  return `${kept}…`
}

/** Exactly `columns` wide. */
export function pad(text: string, columns: number, side: 'left' | 'right' = 'left'): string {
  const clipped = clip(text, columns)
  const gap = ' '.repeat(Math.max(0, columns - widthOf(clipped)))
  return side === 'left' ? clipped + gap : gap + clipped
}

const isPlain = /^[\u0020-\u007e]*$/
const takesNone = /[\p{Mn}\p{Me}\u1160-\u11ff]/u
/** Unicode's East_Asian_Width W and F (UAX #11), by block; `Emoji_Presentation` has the flags' letters too, two of which take two. */
const takesTwo =
  /[\u1100-\u115f\u2329\u232a\u2630-\u2637\u268a-\u268f\u2e80-\u303e\u3041-\u33ff\u3400-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{16fe0}-\u{18df2}\u{1aff0}-\u{1b2ff}\u{1d300}-\u{1d376}\u{1f200}-\u{1f265}\u{20000}-\u{3fffd}]|(?!\p{Regional_Indicator})\p{Emoji_Presentation}/u

function cellsOf(character: string): 0 | 1 | 2 {
  if (isPlain.test(character)) return 1
  if (takesNone.test(character)) return 0
  return takesTwo.test(character) ? 2 : 1
}
