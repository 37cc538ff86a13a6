/** Days and hours of UTC as they stand in keys. */

export function utcDate(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 10)
}

export function utcHour(atMs: number): string {
  return new Date(atMs).toISOString().slice(11, 13)
}

/** Of an hour that exists: not of 30 February, and not of 24:00; `undefined` of another. */
export function startOfUtc(date: string | undefined, hour = '00'): number | undefined {
  const atMs = Date.parse(`${date}T${hour}:00:00Z`)
  return Number.isNaN(atMs) || utcDate(atMs) !== date || utcHour(atMs) !== hour ? undefined : atMs
}
