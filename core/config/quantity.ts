/** Numbers with a unit: `80`, `80%`, `2GiB`, `10MB/s`. A number alone is in the unit of its metric. */
import type { Unit } from '../metrics.ts'

export interface Quantity {
  value: number
  /** Absent: that of the metric. */
  unit?: Unit
}

const bytes: Readonly<Record<string, number>> = {
  B: 1,
  kB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
}
const plain: Readonly<Record<string, [unit: Unit, times: number]>> = {
  '%': ['%', 1],
  ms: ['ms', 1],
  s: ['ms', 1_000],
  '°C': ['°C', 1],
  '/s': ['/s', 1],
}

export const quantityWords = 'a number, or one with a unit such as 80%, 2GiB or 10MB/s'

export function parseQuantity(text: string): Quantity | undefined {
  const found = /^(-?\d{1,15}(?:\.\d{1,9})?)\s*(\D\S*)?$/.exec(text.trim())
  if (!found) return undefined
  const value = Number(found[1])
  const word = found[2]
  if (word === undefined) return { value }
  if (Object.hasOwn(plain, word)) {
    const [unit, times] = plain[word] as [Unit, number]
    return { value: value * times, unit }
  }
  const rate = word.endsWith('/s')
  const size = rate ? word.slice(0, -2) : word
  return Object.hasOwn(bytes, size) ? { value: value * (bytes[size] ?? 1), unit: rate ? 'B/s' : 'B' } : undefined
}

/** The value, where the unit is that of the metric or none is told. */
export function inUnit(quantity: Quantity, unit: Unit): number | undefined {
  return quantity.unit === undefined || quantity.unit === unit ? quantity.value : undefined
}
