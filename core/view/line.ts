/**
 * Printable and on one line, for mail headers, text parts and terminals: a host's name can begin no line or header of its
 * own, and turns nothing around it (control and format characters, half characters: `�`).
 */
export function oneLine(text: string): string {
  return (
    text
      .toWellFormed()
      // A no-break space of its own stays: a number and its unit are on one line.
      .replace(/\s+/gu, (spaces) => (spaces === '\u00a0' ? spaces : ' '))
      .replace(/[\p{Cc}\p{Cf}]/gu, '\ufffd')
      .trim()
  )
}

/** Header and text part: a no-break space would only force them to be encoded. */
export function plainSpaces(text: string): string {
  return text.replaceAll('\u00a0', ' ')
}
