/**
 * Where the values of an hour's rows are added up: each thing of a host (a mount, an interface, the processes of a name; or
 * the host itself) has a slot in each bucket of the hour.
 */
import { bucketsOfHour, type HourSamples } from './hour-samples.ts'
import type { Cell } from './tables.ts'

export interface Slots {
  /** By thing: its host, by place, and its name. */
  things: { host: number; name: string }[]
  /** Of each row; -1: of none. Those of a thing lie together, ascending by bucket. */
  slotOf: Int32Array
  /** Where the rows of each slot begin, were they sorted by slot; the last is how many there are. */
  begins: Int32Array
}

export interface RowsToPlace {
  /** Of each row. */
  sampleOf: Int32Array
  /** Absent: rows are of the host itself. */
  names?: readonly Cell[]
  /** Only the rows that have this. */
  only?: { cells: readonly Cell[]; value: string }
}

export function slotsOfRows({ hosts, hostOf, bucketOf }: HourSamples, { sampleOf, names, only }: RowsToPlace): Slots {
  const things: Slots['things'] = []
  const byHost = hosts.map(() => new Map<Cell, number>())
  const slotOf = new Int32Array(sampleOf.length).fill(-1)
  let [lastHost, lastName, thing] = [-1, '' as Cell, -1]
  for (let row = 0; row < sampleOf.length; row++) {
    const sample = sampleOf[row] as number
    if (sample < 0 || (only && only.cells[row] !== only.value)) continue
    const host = hostOf[sample] as number
    const name = names ? names[row] : ''
    if (host !== lastHost || name !== lastName) {
      const known = byHost[host]?.get(name)
      thing = known ?? things.push({ host, name: String(name) }) - 1
      if (known === undefined) byHost[host]?.set(name, thing)
      lastHost = host
      lastName = name
    }
    slotOf[row] = thing * bucketsOfHour + (bucketOf[sample] as number)
  }
  return { things, slotOf, begins: beginsOf(slotOf, things.length * bucketsOfHour) }
}

/** Where the rows of each place begin, were they sorted by it; the last is how many have one. */
function beginsOf(placeOf: Int32Array, places: number): Int32Array {
  const begins = new Int32Array(places + 1)
  for (const place of placeOf) {
    if (place >= 0) begins[place + 1] = (begins[place + 1] as number) + 1
  }
  for (let place = 0; place < places; place++)
    begins[place + 1] = (begins[place + 1] as number) + (begins[place] as number)
  return begins
}

/** Rows with a sample by sample, those of one as they came; and where those of each sample begin. */
export function rowsBySample(sampleOf: Int32Array, samples: number): { rows: Int32Array; begins: Int32Array } {
  const begins = beginsOf(sampleOf, samples)
  const next = begins.slice()
  const rows = new Int32Array(begins[samples] as number)
  for (let row = 0; row < sampleOf.length; row++) {
    const sample = sampleOf[row] as number
    if (sample < 0) continue
    rows[next[sample] as number] = row
    next[sample] = (next[sample] as number) + 1
  }
  return { rows, begins }
}

/** Whether the rows of each slot come in the order of their samples: sums of floating point depend on it. */
export function isInOrder({ slotOf, begins }: Slots, sampleOf: Int32Array): boolean {
  const last = new Int32Array(begins.length)
  for (let row = 0; row < slotOf.length; row++) {
    const slot = slotOf[row] as number
    if (slot < 0) continue
    const sample = sampleOf[row] as number
    if (sample < (last[slot] as number)) return false
    last[slot] = sample
  }
  return true
}
