/** Bodies by which a test sees whether it got all of one, and which. */
const bodyBytes = 256 * 1024

export function numberedBody(number: number): Buffer {
  return Buffer.alloc(bodyBytes, `${number};`)
}

/** `undefined`: half of one, or a mixture. */
export function numberOfBody(body: Uint8Array): number | undefined {
  const text = Buffer.from(body)
  const number = Number(text.subarray(0, text.indexOf(';')).toString())
  return text.equals(numberedBody(number)) ? number : undefined
}
