/** Points of reports: numbers of six digits, of which a report of a hundred hosts has more than a million. */

const pointDigits = 6
const powersOfTen = Float64Array.from({ length: 23 }, (_, exponent) => 10 ** exponent)

/** What a chart can show, six digits: those after that are a quarter of report.json. */
export function roundPoint(value: number): number {
  return roundTo(value, pointDigits)
}

/** Up to six `digits`, as `toPrecision` has them, but for values halfway between two. */
export function roundTo(value: number, digits: number): number {
  if (value === 0) return 0
  const size = Math.abs(value)
  if (!(size >= 1e-15 && size < 1e15)) return Number(value.toPrecision(digits))
  const decimals = digits - 1 - exponentOf(size)
  const power = powersOfTen[Math.abs(decimals)] as number
  return decimals >= 0 ? Math.round(value * power) / power : Math.round(value / power) * power
}

/** Of its first digit. A logarithm takes five times as long. */
function exponentOf(size: number): number {
  let places = 1
  if (size >= 1) {
    while (size >= (powersOfTen[places] as number)) places += 1
    return places - 1
  }
  while (size * (powersOfTen[places] as number) < 1) places += 1
  return -places
}
