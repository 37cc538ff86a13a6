/**
 * Which hours of a day lie together in one row group of its file. A group has what surrounds its columns once: so hours are
 * put together as long as they fit. But each run adds to the hour that goes on, and what it adds to is encoded again: so
 * that hour stays alone until the next one begins (the day's last joins at once). The last two groups go on: the hour, and
 * what it will be put to.
 *
 *     | 0 1 2 … 17 | 18 |   one host: the hour that goes on, and all before it
 *     | 0 | 1 | 2 | … |     a thousand hosts: each hour is large enough
 */
import type { LakeTable } from '../../core/keys.ts'
import { joinRows, type LakeRows, pickRows, timesOf } from '../../core/rollup/lake-rows.ts'
import type { StoredGroup } from './parquet.ts'

/** What a run encodes again at most, but for the hours that it adds to. */
export const rowsOfGroup = 16_384

const hourMs = 3_600_000
const hoursOfDay = 24

/** Consecutive hours: those of a group that stays, or one hour with the numbers of its rows among those that are put anew. */
interface Part {
  firstHour: number
  rows: number
  content: StoredGroup | number[]
}

export interface Regrouping {
  table: LakeTable
  groups: readonly StoredGroup[]
  fresh: LakeRows
}

/** A group that is to be written. */
export interface NewGroup {
  /** Their order is not decided here. */
  content: LakeRows
  /** More will come to it: it is written again soon. */
  goesOn: boolean
}

/** The groups of the file with `fresh` in it, in the order of time. */
export async function regroup({ table, groups, fresh }: Regrouping): Promise<(StoredGroup | NewGroup)[]> {
  const touched = [...new Set(timesOf(table, fresh).map(hourOf))]
  const begins = Math.max(...touched)
  const last = groups.at(-1)
  const hourBegins = last !== undefined && begins > hourOf(last.lastMs)
  /** These were to go on. */
  const lastTwo = groups.slice(-2)
  const isTouched = (group: StoredGroup) => {
    const [from, to] = [hourOf(group.firstMs), hourOf(group.lastMs)]
    return touched.some((hour) => hour >= from && hour <= to) || (hourBegins && lastTwo.includes(group))
  }
  const again = await Promise.all(groups.filter(isTouched).map((group) => group.read()))
  const anew = joinRows(table, [...again, fresh])
  const hours = new Map<number, number[]>()
  for (const [row, atMs] of timesOf(table, anew).entries()) {
    const rows = hours.get(hourOf(atMs))
    if (rows) rows.push(row)
    else hours.set(hourOf(atMs), [row])
  }
  const parts: Part[] = groups
    .filter((group) => !isTouched(group))
    .map((group) => ({ firstHour: hourOf(group.firstMs), rows: group.rows, content: group }))
  for (const [hour, rows] of hours) parts.push({ firstHour: hour, rows: rows.length, content: rows })
  return Promise.all(
    packs(parts).map(async (pack) => {
      const [only] = pack.parts
      if (only && pack.parts.length === 1 && 'read' in only.content) return only.content
      const stored = await Promise.all(pack.parts.flatMap(({ content }) => ('read' in content ? [content.read()] : [])))
      const numbers = pack.parts.flatMap(({ content }) => ('read' in content ? [] : content))
      return { content: joinRows(table, [...stored, pickRows(anew, numbers)]), goesOn: pack.goesOn }
    }),
  )
}

function packs(parts: Part[]): { parts: Part[]; goesOn: boolean }[] {
  const inOrder = parts.sort((a, b) => a.firstHour - b.firstHour)
  const last = inOrder.at(-1)
  const dayEnds = last !== undefined && last.firstHour % hoursOfDay === hoursOfDay - 1
  const packed: Part[][] = []
  let rows = 0
  for (const part of inOrder) {
    const pack = packed.at(-1)
    rows += part.rows
    if (pack && rows <= rowsOfGroup && (part !== last || dayEnds)) {
      pack.push(part)
    } else {
      packed.push([part])
      rows = part.rows
    }
  }
  return packed.map((pack, index) => ({ parts: pack, goesOn: !dayEnds && index >= packed.length - 2 }))
}

function hourOf(atMs: number): number {
  return Math.floor(atMs / hourMs)
}
