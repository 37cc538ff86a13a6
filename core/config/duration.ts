/** Durations as people write them: `30s`, `10m`, `6h`, `2d`, `1h30m`. */

const unitMs = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
] as const

/** Milliseconds; undefined: it is none. Larger units stand first, each once. */
export function parseDuration(text: string): number | undefined {
  const found = /^(?:(\d{1,9})d)?(?:(\d{1,9})h)?(?:(\d{1,9})m)?(?:(\d{1,9})s)?$/.exec(text.trim())
  if (!found || found[0] === '') return undefined
  return unitMs.reduce((total, [, ms], index) => total + ms * Number(found[index + 1] ?? 0), 0)
}

/** Of whole seconds: `1h30m`, `0s`. */
export function printDuration(durationMs: number): string {
  let rest = durationMs
  const parts = unitMs.map(([unit, ms]) => {
    const count = Math.floor(rest / ms)
    rest -= count * ms
    return count === 0 ? '' : `${count}${unit}`
  })
  return parts.join('') || '0s'
}
