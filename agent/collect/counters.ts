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
  return grown === undefined || elapsedMs <= 0 ? undefined : round2((grown * 1000) / elapsedMs)
}

/** `part` of `whole` as 0..100; undefined of nothing. */
export function percentOf(part: number | undefined, whole: number | undefined): number | undefined {
  if (part === undefined || whole === undefined || !(whole > 0) || Number.isNaN(part)) return undefined
  return round2(Math.min(100, Math.max(0, (part / whole) * 100)))
}

/** What a snapshot takes for a count or a size; undefined of what no kernel writes: `-5`, `many`, 20 digits. */
export function wholeOrUndefined(value: number | undefined): number | undefined {
  return value !== undefined && Number.isSafeInteger(value) && value >= 0 ? value : undefined
}

/** Two decimals: what the kernel's ticks carry, and half the bytes of a double in a batch. */
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
