/**
 * Which hours of a day lie together in one row group of its file. A group has what surrounds its columns once: so hours are
 * put together as long as they fit. But each run adds to the hour that goes on, and what it adds to is encoded again: so
 * that hour stays alone until the next one begins (the day's last until it comes).
 *
 *     | 0 1 2 … 17 | 18 |   one host: the hour that goes on, and all before it
 *     | 0 | 1 | 2 | … |     a thousand hosts: each hour is large enough
 */
import type { LakeRecord } from '../../core/rollup/tables.ts'
import type { StoredGroup } from './parquet.ts'

/** What a run encodes again at most, but for the hours that it adds to. */
export const rowsOfGroup = 32_768

const hourMs = 3_600_000
const hoursOfDay = 24

/** Consecutive hours: those of a group that nothing is added to, or one with all its records. */
interface Part {
  firstHour: number
  rows: number
  content: StoredGroup | LakeRecord[]
}

export interface Regrouping {
  groups: readonly StoredGroup[]
  fresh: readonly LakeRecord[]
  timeOf: (record: LakeRecord) => number
}

/** The groups of the file with `fresh` in it, in the order of time; the order inside new ones is not decided here. */
export async function regroup({ groups, fresh, timeOf }: Regrouping): Promise<(StoredGroup | LakeRecord[])[]> {
  const hourOf = (atMs: number) => Math.floor(atMs / hourMs)
  const hours = new Map<number, LakeRecord[]>()
  const add = (record: LakeRecord) => {
    const hour = hourOf(timeOf(record))
    const records = hours.get(hour)
    if (records) records.push(record)
    else hours.set(hour, [record])
  }
  const touched = [...new Set(fresh.map((record) => hourOf(timeOf(record))))]
  const parts: Part[] = []
  for (const group of groups) {
    const [first, last] = [hourOf(group.firstMs), hourOf(group.lastMs)]
    if (touched.some((hour) => hour >= first && hour <= last)) for (const record of await group.read()) add(record)
    else parts.push({ firstHour: first, rows: group.rows, content: group })
  }
  for (const record of fresh) add(record)
  for (const [hour, records] of hours) parts.push({ firstHour: hour, rows: records.length, content: records })
  return Promise.all(packs(parts).map(joined))
}

function packs(parts: Part[]): Part[][] {
  const inOrder = parts.sort((a, b) => a.firstHour - b.firstHour)
  const last = inOrder.at(-1)
  const packed: Part[][] = []
  let pack: Part[] = []
  let rows = 0
  for (const part of inOrder) {
    const goesOn = part === last && part.firstHour % hoursOfDay !== hoursOfDay - 1
    if (pack.length > 0 && (goesOn || rows + part.rows > rowsOfGroup)) {
      packed.push(pack)
      pack = []
      rows = 0
    }
    pack.push(part)
    rows += part.rows
  }
  if (pack.length > 0) packed.push(pack)
  return packed
}

async function joined(pack: readonly Part[]): Promise<StoredGroup | LakeRecord[]> {
  const [only] = pack
  if (only && pack.length === 1) return only.content
  const records: LakeRecord[] = []
  for (const { content } of pack) {
    for (const record of 'read' in content ? await content.read() : content) records.push(record)
  }
  return records
}
