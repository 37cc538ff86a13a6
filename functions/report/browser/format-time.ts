/** Times in the zone and locale of the report's reader, not in those of whoever's browser it is. */
import { localTime, type Reader } from '../../../core/view/locale.ts'

const daySeconds = 86_400

export function axisTime(atS: number, reader: Reader, shownS: number): string {
  const { timeZone, locale = 'en-GB' } = reader
  const day = localTime(atS * 1000, { timeZone, locale }, 'day')
  if (shownS > 4 * daySeconds || isMidnight(atS, timeZone)) return day
  return localTime(atS * 1000, { timeZone, locale }, 'time')
}

export function readTime(atS: number, { timeZone, locale = 'en-GB' }: Reader): string {
  const [day, time] = (['day', 'time'] as const).map((shape) => localTime(atS * 1000, { timeZone, locale }, shape))
  return `${day}, ${time}`
}

function isMidnight(atS: number, timeZone: string): boolean {
  return localTime(atS * 1000, { timeZone, locale: 'en-GB' }, 'time') === '00:00'
}
