/** What the buckets of an hour say of themselves: how many snapshots, how often, what could not be read, what changed. */
import type { Change } from '../change.ts'
import type { Snapshot } from '../snapshot.ts'
import { boundChanges, type ChangeStats, changesIn, mergeChanges } from './changes.ts'
import { bucketsOfHour, type HourSamples } from './hour-samples.ts'
import { columnOf, type LakeRows } from './lake-rows.ts'
import type { RollupColumns } from './rollup-columns.ts'
import { boundUnavailable, mergeUnavailable, type UnavailableStats, unavailableIn } from './unavailable.ts'

export interface HourBuckets extends Pick<RollupColumns, 'unavailable' | 'changes'> {
  /** Those with snapshots, by host and time: `host * bucketsOfHour + bucket`. */
  slots: number[]
  /** By slot. */
  snapshots: Uint32Array
  /** By slot the shortest; NaN: not known. */
  intervalMs: Float64Array
}

export function hourBuckets(samples: HourSamples, rows: LakeRows): HourBuckets {
  const { count, hosts, hostOf, bucketOf } = samples
  const slotOf = (sample: number) => (hostOf[sample] as number) * bucketsOfHour + (bucketOf[sample] as number)
  const snapshots = new Uint32Array(hosts.length * bucketsOfHour)
  const intervalMs = new Float64Array(snapshots.length).fill(Number.NaN)
  const intervals = columnOf('samples', rows, 'intervalMs')
  for (let sample = 0; sample < count; sample++) {
    const slot = slotOf(sample)
    snapshots[slot] = (snapshots[slot] as number) + 1
    const interval = intervals?.[sample]
    const known = intervalMs[slot] as number
    if (interval !== undefined && !(known <= (interval as number))) intervalMs[slot] = interval as number
  }
  const slots = [...snapshots.keys()].filter((slot) => snapshots[slot] !== 0)
  const bySlot = <Stats>(stats: ReadonlyMap<number, Stats[]>, bound: (all: Stats[]) => Stats[]): [number, Stats[]][] =>
    slots.flatMap((slot, bucket): [number, Stats[]][] => {
      const bounded = bound(stats.get(slot) ?? [])
      return bounded.length === 0 ? [] : [[bucket, bounded]]
    })
  return {
    slots,
    snapshots,
    intervalMs,
    unavailable: bySlot(unavailableOf(rows, slotOf), (all) => boundUnavailable(mergeUnavailable(all))),
    changes: bySlot(changesOf(rows, slotOf), (all) => boundChanges(mergeChanges(all))),
  }
}

/** A host lacks the same in most of its snapshots: each text is read once a bucket. */
function unavailableOf(rows: LakeRows, slotOf: (sample: number) => number): Map<number, UnavailableStats[]> {
  const texts = columnOf('samples', rows, 'unavailable')
  const times = columnOf('samples', rows, 'atMs') ?? []
  const seen = new Map<number, Map<string, { snapshots: number; firstMs: number; lastMs: number }>>()
  for (let sample = 0; texts && sample < rows.rows; sample++) {
    const text = texts[sample]
    if (text === undefined) continue
    const atMs = times[sample] as number
    const inSlot = getOrMake(seen, slotOf(sample), () => new Map())
    const before = inSlot.get(String(text))
    inSlot.set(String(text), {
      snapshots: (before?.snapshots ?? 0) + 1,
      firstMs: Math.min(before?.firstMs ?? atMs, atMs),
      lastMs: Math.max(before?.lastMs ?? atMs, atMs),
    })
  }
  const statsOf = (texts: ReadonlyMap<string, Pick<UnavailableStats, 'snapshots' | 'firstMs' | 'lastMs'>>) =>
    [...texts].flatMap(([text, times]) =>
      unavailableIn(JSON.parse(text) as Record<string, string>, times.firstMs).map((one) => ({ ...one, ...times })),
    )
  return new Map([...seen].map(([slot, texts]) => [slot, statsOf(texts)]))
}

function changesOf(rows: LakeRows, slotOf: (sample: number) => number): Map<number, ChangeStats[]> {
  const seen = columnOf('samples', rows, 'changes')
  const told = columnOf('samples', rows, 'events')
  const times = columnOf('samples', rows, 'atMs') ?? []
  const stats = new Map<number, ChangeStats[]>()
  for (let sample = 0; (seen || told) && sample < rows.rows; sample++) {
    const [changes, events] = [seen?.[sample], told?.[sample]]
    if (changes === undefined && events === undefined) continue
    const parts = {
      ...(changes === undefined ? {} : { changes: JSON.parse(String(changes)) as Change[] }),
      snapshot: events === undefined ? {} : { events: JSON.parse(String(events)) as NonNullable<Snapshot['events']> },
    }
    getOrMake(stats, slotOf(sample), () => []).push(...changesIn(parts, times[sample] as number))
  }
  return stats
}

function getOrMake<Value>(map: Map<number, Value>, key: number, make: () => Value): Value {
  const known = map.get(key)
  if (known !== undefined) return known
  const made = make()
  map.set(key, made)
  return made
}
