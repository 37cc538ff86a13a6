/** Times in the zone of the report's reader, not in that of whoever's browser it is. */
const daySeconds = 86_400

const kept = new Map<string, Intl.DateTimeFormat>()

function format(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = JSON.stringify(options)
  const known = kept.get(key) ?? new Intl.DateTimeFormat('en-GB', options)
  kept.set(key, known)
  return known
}

export function axisTime(atS: number, timeZone: string, shownS: number): string {
  const clock = format({ timeZone, hour: '2-digit', minute: '2-digit' }).format(atS * 1000)
  const day = format({ timeZone, day: 'numeric', month: 'short' }).format(atS * 1000)
  if (shownS > 4 * daySeconds) return day
  return clock === '00:00' ? day : clock
}

export function readTime(atS: number, timeZone: string): string {
  return format({ timeZone, day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' }).format(atS * 1000)
}
