/** Of a stack and what it was caused by: more is no help, and a line of CloudWatch has its bounds. */
const mostCharacters = 8_000

/** Where an error came from, and where each that caused it did. Its other properties stay out: an SDK's hold requests. */
export function stackOf(error: unknown): string {
  const parts: string[] = []
  const seen = new Set<unknown>()
  for (let at = error; at !== undefined && !seen.has(at); at = at instanceof Error ? at.cause : undefined) {
    seen.add(at)
    parts.push(at instanceof Error ? (at.stack ?? `${at.name}: ${at.message}`) : String(at))
  }
  return parts.join('\ncaused by: ').slice(0, mostCharacters)
}
