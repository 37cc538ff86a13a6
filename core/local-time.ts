/** Wall clocks of time zones. A wall time is given as the milliseconds that it would be in UTC. */

/** Of a wall time that a change of clocks makes twice the first is meant; one that it leaves out is as much later (RFC 5545). */
export function localToUtc(wallMs: number, timeZone: string): number {
  const candidates = [
    wallMs - offsetAt(wallMs - 86_400_000, timeZone),
    wallMs - offsetAt(wallMs + 86_400_000, timeZone),
  ]
  const exact = candidates.filter((atMs) => atMs + offsetAt(atMs, timeZone) === wallMs)
  return exact.length > 0 ? Math.min(...exact) : Math.max(...candidates)
}

export function utcToLocal(atMs: number, timeZone: string): number {
  return atMs + offsetAt(atMs, timeZone)
}

export function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }) !== undefined
  } catch {
    return false
  }
}

/** How far the zone's wall clock is ahead of UTC, ms. */
function offsetAt(atMs: number, timeZone: string): number {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
  const part = Object.fromEntries(format.formatToParts(atMs).map(({ type, value }) => [type, Number(value)]))
  const wallMs = Date.UTC(part.year ?? 0, (part.month ?? 1) - 1, part.day, part.hour, part.minute, part.second)
  return wallMs - Math.floor(atMs / 1000) * 1000
}
