/** The samples of an hour, by place, and the rows of its other tables by the sample that they are parts of. */
import type { LakeTable } from '../keys.ts'
import { columnOf, type LakeRows } from './lake-rows.ts'
import { bucketMs } from './rollup.ts'
import type { Cell } from './tables.ts'

export const bucketsOfHour = bucketMs['1h'] / bucketMs['5m']

export interface HourSamples {
  count: number
  /** Ascending. */
  hosts: string[]
  /** Of each sample the place of its host in `hosts`. */
  hostOf: Int32Array
  /** Of each sample the bucket that it falls into: 0 is the hour's first. */
  bucketOf: Int32Array
  /** Of each row of a table of parts its sample; -1: it isn't there. */
  ofParts(table: LakeTable, parts: LakeRows): Int32Array
}

/** Throws where a sample is not of the hour. */
export function samplesOfHour(hourMs: number, samples: LakeRows): HourSamples {
  const { rows: count } = samples
  const column = (name: string) => columnOf('samples', samples, name) ?? []
  const names = column('host')
  const hosts = [...new Set(names as readonly string[])].sort()
  const places = new Map<Cell, number>(hosts.map((host, place) => [host, place]))
  const hostOf = new Int32Array(count)
  const bucketOf = new Int32Array(count)
  const times = column('atMs') as readonly number[]
  for (let sample = 0; sample < count; sample++) {
    const isAsBefore = sample > 0 && names[sample] === names[sample - 1]
    hostOf[sample] = isAsBefore ? (hostOf[sample - 1] as number) : (places.get(names[sample]) ?? -1)
    const bucket = Math.floor(((times[sample] as number) - hourMs) / bucketMs['5m'])
    if (!(bucket >= 0 && bucket < bucketsOfHour)) {
      throw new RangeError(`rollup of the hour ${hourMs}: a sample of ${times[sample]}: expected one of the hour`)
    }
    bucketOf[sample] = bucket
  }
  return { count, hosts, hostOf, bucketOf, ofParts: joinTo(numbersOf(column('block')), numbersOf(column('row'))) }
}

/**
 * Parts lie in the order of what they are of and then of time, so that the part after one belongs to the sample after its
 * sample: only where that isn't so it is looked up.
 */
function joinTo(sampleBlocks: Float64Array, sampleRows: Float64Array): HourSamples['ofParts'] {
  const byBlock = new Map<number, Map<number, number>>()
  for (let sample = 0; sample < sampleBlocks.length; sample++) {
    const block = sampleBlocks[sample] as number
    const byRow = byBlock.get(block)
    if (byRow) byRow.set(sampleRows[sample] as number, sample)
    else byBlock.set(block, new Map([[sampleRows[sample] as number, sample]]))
  }
  return (table, parts) => {
    const blocks = columnOf(table, parts, 'block') ?? []
    const rows = columnOf(table, parts, 'row') ?? []
    const samples = new Int32Array(parts.rows)
    let next = 0
    for (let part = 0; part < parts.rows; part++) {
      const block = blocks[part] as number
      const row = rows[part] as number
      const isNext = next < sampleBlocks.length && sampleBlocks[next] === block && sampleRows[next] === row
      const sample = isNext ? next : (byBlock.get(block)?.get(row) ?? -1)
      samples[part] = sample
      next = sample + 1
    }
    return samples
  }
}

function numbersOf(cells: readonly Cell[]): Float64Array {
  return Float64Array.from(cells as readonly number[])
}
