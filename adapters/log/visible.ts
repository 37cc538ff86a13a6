/**
 * Control characters, and those that turn the direction of text around, as their code points: a terminal obeys them, also
 * one at the end of a pipe.
 */
export function visible(text: string): string {
  return text.replace(/[\p{Cc}\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, codePoint)
}

/** Of a text that JSON will escape: only what JSON leaves as it is (C1 controls, DEL). */
export function visibleInJson(text: string): string {
  return text.replace(/[\u007f-\u009f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, codePoint)
}

function codePoint(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}
