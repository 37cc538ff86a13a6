/** Arithmetic of counters and shares. Undefined is "not known", never 0. */

/** How far a counter went on; undefined when it went back (reset, wrap, replaced device) or was not there before. */
export function increase(before: number | undefined, after: number | undefined): number | undefined {
  // What is no number is not at least as large as anything.
  return before !== undefined && after !== undefined && after >= before ? after - before : undefined
}

/** Increase a second over `elapsedMs`. */
export function perSecond(
  before: number | undefined,
  after: number | undefined,
  elapsedMs: number,
): number | undefined {
  const grown = increase(before, after)
  return grown === undefined || elapsedMs <= 0 ? undefined : rounded((grown * 1000) / elapsedMs)
}

/** `part` of `whole` as 0..100; undefined of nothing. */
export function percentOf(part: number | undefined, whole: number | undefined): number | undefined {
  if (part === undefined || whole === undefined || !(whole > 0) || Number.isNaN(part)) return undefined
  return round2(Math.min(100, Math.max(0, (part / whole) * 100)))
}

/** The same of a time: how much of it something took. */
export function shareOf(part: number | undefined, whole: number | undefined): number | undefined {
  const percent = percentOf(part, whole)
  return percent === undefined ? undefined : rounded(percent)
}

/** What a snapshot takes for a count or a size; undefined of what no kernel writes: `-5`, `many`, 20 digits. */
export function wholeOrUndefined(value: number | undefined): number | undefined {
  return value !== undefined && Number.isSafeInteger(value) && value >= 0 ? value : undefined
}

/**
 * Three significant digits, of a thousand and more four: what moves is not known better by one reading, and each digit more
 * weighs in every batch (`npm run bench -- wire`). Sizes and counts stay exact.
 */
export function rounded(value: number): number {
  if (value === 0 || !Number.isFinite(value)) return value
  const power = Math.floor(Math.log10(Math.abs(value)))
  const step = power - (power < 3 ? 2 : 3)
  // By powers of ten that are whole numbers: others are not exact.
  const scale = 10 ** Math.abs(step)
  return step > 0 ? Math.round(value / scale) * scale : Math.round(value * scale) / scale
}

/** Two decimals: as the kernel writes loads and `df` its shares. */
export function round2(value: number): number {
  return Math.round(value * 100) / 100
}

type Known<Shape> = { [Key in keyof Shape]: Exclude<Shape[Key], undefined> }

/** The object without its undefined members. */
export function known<Shape extends object>(shape: Shape): Partial<Known<Shape>> {
  const result: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(shape)) if (value !== undefined) result[key] = value
  return result as Partial<Known<Shape>>
}
