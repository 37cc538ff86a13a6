/** The series of an hour: each metric of `core/metrics.ts`, added up from the column that it stands in. */
import { entities, metrics, type SeriesKey, type StoredMetric, seriesKey } from '../metrics.ts'
import { bucketsOfHour, type HourSamples } from './hour-samples.ts'
import { isInOrder, type RowsToPlace, rowsBySample, type Slots, slotsOfRows } from './hour-slots.ts'
import { lakeColumns } from './lake-columns.ts'
import { columnOf, type LakeRows } from './lake-rows.ts'
import { binsOfCount } from './rollup-columns.ts'
import { sketchBucket } from './sketch.ts'
import type { Cell } from './tables.ts'

/** By slot. */
export interface SlotStats {
  count: Uint32Array
  min: Float64Array
  max: Float64Array
  sum: Float64Array
  /** The bucket of a sketch for each value: `count` of them from where the slot begins, ascending. */
  sketched: Int16Array
}

/** A metric of a thing. */
export interface HourSeries {
  host: number
  name: SeriesKey
  stats: SlotStats
  begins: Int32Array
  /** One a bucket of the hour. */
  firstSlot: number
  /** Buckets that have values. */
  rows: number
  /** What their sketches take as they are stored. */
  bins: number
}

type SeriesTable = 'samples' | 'disks' | 'interfaces'

interface Place {
  table: SeriesTable
  slots: Slots
  /** Rows in the order of their samples; absent: each slot's are. */
  order?: Int32Array
}

/** Those that have a value. */
export function seriesOfHour(samples: HourSamples, tables: Readonly<Record<SeriesTable, LakeRows>>): HourSeries[] {
  const column = (table: SeriesTable, name: string) => columnOf(table, tables[table], name) ?? []
  const place = (table: SeriesTable, rows: RowsToPlace): Place => {
    const slots = slotsOfRows(samples, rows)
    if (isInOrder(slots, rows.sampleOf)) return { table, slots }
    return { table, slots, order: rowsBySample(rows.sampleOf, samples.count).rows }
  }
  const sampleOf = samples.ofParts('disks', tables.disks)
  const kinds = column('disks', 'kind')
  const ofDisks = (kind: 'mount' | 'device') =>
    place('disks', { sampleOf, names: column('disks', entities[kind].name), only: { cells: kinds, value: kind } })
  const places: Readonly<Record<NonNullable<StoredMetric['per']> | 'host', Place>> = {
    host: place('samples', { sampleOf: Int32Array.from({ length: samples.count }, (_, sample) => sample) }),
    mount: ofDisks('mount'),
    device: ofDisks('device'),
    interface: place('interfaces', {
      sampleOf: samples.ofParts('interfaces', tables.interfaces),
      names: column('interfaces', entities.interface.name),
    }),
  }
  return metrics.flatMap((metric: StoredMetric) => {
    const { table, slots, order } = places[metric.per ?? 'host']
    const cells = columnOf(table, tables[table], columnNames.get(metric.id) ?? '')
    return cells ? seriesOf(metric, slots, addUp(cells, slots, order)) : []
  })
}

/** By metric the column that its value stands in. */
const columnNames = new Map(
  metrics.map(({ id, per, path }: StoredMetric) => {
    const [table, place] = per
      ? [per === 'interface' ? ('interfaces' as const) : ('disks' as const), path]
      : ['samples' as const, ['snapshot', ...path]]
    const column = lakeColumns[table].find((one) => one.path.join('.') === place.join('.'))
    if (!column) throw new Error(`metric ${id}: ${place.join('.')} stands in no column of ${table}`)
    return [id, column.name]
  }),
)

function addUp(cells: readonly Cell[], { slotOf, begins }: Slots, order: Int32Array | undefined): SlotStats {
  const slots = begins.length - 1
  const count = new Uint32Array(slots)
  const min = new Float64Array(slots).fill(Number.POSITIVE_INFINITY)
  const max = new Float64Array(slots).fill(Number.NEGATIVE_INFINITY)
  const sum = new Float64Array(slots)
  const sketched = new Int16Array(begins[slots] as number)
  const rows = order?.length ?? slotOf.length
  for (let index = 0; index < rows; index++) {
    const row = order ? (order[index] as number) : index
    const slot = slotOf[row] as number
    const cell = cells[row]
    if (slot < 0 || cell === undefined) continue
    const value = cell as number
    const before = count[slot] as number
    sketched[(begins[slot] as number) + before] = sketchBucket(value)
    count[slot] = before + 1
    min[slot] = Math.min(min[slot] as number, value)
    max[slot] = Math.max(max[slot] as number, value)
    sum[slot] = (sum[slot] as number) + value
  }
  for (let slot = 0; slot < slots; slot++) {
    const begin = begins[slot] as number
    sortPart(sketched, begin, begin + (count[slot] as number))
  }
  return { count, min, max, sum, sketched }
}

/** A slot has as many values as a bucket has snapshots: five, where there is one a minute. */
const fewValues = 24

function sortPart(values: Int16Array, from: number, to: number): void {
  if (to - from > fewValues) {
    values.subarray(from, to).sort()
    return
  }
  for (let index = from + 1; index < to; index++) {
    const value = values[index] as number
    let at = index
    for (; at > from && (values[at - 1] as number) > value; at--) values[at] = values[at - 1] as number
    values[at] = value
  }
}

function seriesOf({ id }: StoredMetric, { things, begins }: Slots, stats: SlotStats): HourSeries[] {
  return things.flatMap(({ host, name }, thing): HourSeries[] => {
    const firstSlot = thing * bucketsOfHour
    let [rows, bins] = [0, 0]
    for (let slot = firstSlot; slot < firstSlot + bucketsOfHour; slot++) {
      if (stats.count[slot] === 0) continue
      rows += 1
      const begin = begins[slot] as number
      eachSketchBucket(stats.sketched, begin, begin + (stats.count[slot] as number), (_, count) => {
        bins += binsOfCount(count)
      })
    }
    return rows === 0 ? [] : [{ host, name: seriesKey(id, name), stats, begins, firstSlot, rows, bins }]
  })
}

/** Of ascending ones in [from, to), each with how often it stands there. */
export function eachSketchBucket(
  sketched: Int16Array,
  from: number,
  to: number,
  act: (bucket: number, count: number) => void,
): void {
  for (let begin = from, end = from; begin < to; begin = end) {
    const bucket = sketched[begin] as number
    while (end < to && sketched[end] === bucket) end += 1
    act(bucket, end - begin)
  }
}
