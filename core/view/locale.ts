/**
 * Times and numbers by the reader's locale. Only those: the words around them are English. The page's script has this file
 * too, so that what is under the cursor is written as what stands beside it.
 */

export interface Reader {
  /** IANA name. */
  timeZone: string
  /** BCP 47; absent: dates as ISO 8601 has them, hours to 24, a point before fractions. */
  locale?: string
}

const shapes = {
  time: { timeStyle: 'short' },
  'date-time': { dateStyle: 'medium', timeStyle: 'short' },
  day: { day: 'numeric', month: 'short' },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>

export function localTime(atMs: number, { timeZone, locale }: Required<Reader>, shape: keyof typeof shapes): string {
  const format = kept(timeFormats, `${shape} ${locale} ${timeZone}`, () => {
    return new Intl.DateTimeFormat(locale, { timeZone, ...shapes[shape] })
  })
  // English puts a narrow space before AM, which breaks lines and is missing in fonts.
  return format.format(atMs).replaceAll('\u202f', '\u00a0')
}

/** With so many digits behind the point, or whatever the locale has for one. */
export function fixed(value: number, digits: number, locale: string | undefined): string {
  if (locale === undefined) return value.toFixed(digits)
  return kept(numberFormats, `${digits} ${locale}`, () => {
    return new Intl.NumberFormat(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits })
  }).format(value)
}

/** A whole number, its thousands apart: `12,345`. */
export function grouped(value: number, locale = 'en-GB'): string {
  return fixed(Math.round(value), 0, locale)
}

/** With so many significant digits at most: `12.5`. */
export function significant(value: number, digits: number, locale: string | undefined): string {
  if (locale === undefined) return String(Number(value.toPrecision(digits)))
  return kept(numberFormats, `most ${digits} ${locale}`, () => {
    return new Intl.NumberFormat(locale, { maximumSignificantDigits: digits })
  }).format(value)
}

/** Making one costs some 30 µs and 30 kB, so one a kind, locale and zone is kept. */
const timeFormats = new Map<string, Intl.DateTimeFormat>()
const numberFormats = new Map<string, Intl.NumberFormat>()

function kept<Format>(formats: Map<string, Format>, key: string, make: () => Format): Format {
  const known = formats.get(key) ?? make()
  formats.set(key, known)
  return known
}
