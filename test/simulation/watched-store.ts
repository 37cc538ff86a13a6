/**
 * The store by the story's clock, as somebody sees it who looks after each call: whatever a reader finds in the lake and in
 * the rollups is whole and holds all that was there before, and a list of reports leads to no report that is gone. What is
 * swept of the log is kept aside, for those who hold everything against it.
 */
import type { Bucket } from '../../adapters/bucket/port.ts'
import { readReportIndex, reportPagePath } from '../../adapters/history/report-index.ts'
import { unpackBytes } from '../../core/codec.ts'
import { type LakeTable, parseBlockKey, parseLakeKey, reportsPrefix } from '../../core/keys.ts'
import { rollupOfColumns } from '../../core/rollup/from-columns.ts'
import { readRollup } from '../../core/rollup/rollup-file.ts'
import { parseRollupKey } from '../../core/rollup/rollup-keys.ts'
import { decodeParquet } from '../../functions/rollup/parquet.ts'
import type { Scheduler } from './scheduler.ts'

export interface WatchedStore {
  bucket: Bucket
  /** Every block that was ever written, by its key. */
  blocks: ReadonlyMap<string, Uint8Array>
  /** Keys that are gone. */
  removed: ReadonlySet<string>
  /** What a reader should never have seen, in words. */
  seenBroken: readonly string[]
}

/** How much there is of each thing in an object: of what is only ever added to, it never becomes less. */
type Contents = ReadonlyMap<string, number>

const maxBytes = 2 ** 30
const reportIndexKey = `${reportsPrefix}index.json`
const watchedTables: readonly LakeTable[] = ['samples', 'transitions', 'gaps']

export function watchStore(store: Bucket, scheduler: Scheduler): WatchedStore {
  const blocks = new Map<string, Uint8Array>()
  const removed = new Set<string>()
  const seenBroken: string[] = []
  const writtenAtMs = new Map<string, number>()
  const contents = new Map<string, Contents>()

  const look = async (key: string, body: Uint8Array): Promise<void> => {
    if (parseBlockKey(key)) blocks.set(key, body)
    try {
      const found = await contentsOf(key, body)
      if (!found) return
      for (const [thing, count] of contents.get(key) ?? []) {
        if ((found.get(thing) ?? 0) < count)
          seenBroken.push(`${key} had ${count} of ${thing}, and has ${found.get(thing)}`)
      }
      contents.set(key, found)
    } catch (error) {
      seenBroken.push(`${key} can't be read: ${(error as Error).message}`)
    }
  }

  const lookAtReports = async (): Promise<void> => {
    for (const { id } of await readReportIndex(store)) {
      const key = `site/${reportPagePath(id)}`
      if (!(await store.get(key))) seenBroken.push(`the list leads to ${key}, which is not there`)
    }
  }

  const bucket: Bucket = {
    url: store.url,
    get: (key, options) => scheduler.outside(() => store.get(key, options)),
    put: (key, body, condition) =>
      scheduler.outside(async () => {
        const result = await store.put(key, body, condition)
        if (result.outcome === 'written') {
          removed.delete(key)
          writtenAtMs.set(key, scheduler.now())
          await look(key, body)
          if (key === reportIndexKey) await lookAtReports()
        }
        return { ...result, storeAtMs: scheduler.now() }
      }),
    list: (prefix, options) =>
      scheduler.outside(async () => {
        const page = await store.list(prefix, options)
        const inStoryTime = page.objects.map((object) => ({
          ...object,
          modifiedAtMs: writtenAtMs.get(object.key) ?? scheduler.now(),
        }))
        return { ...page, objects: inStoryTime }
      }),
    delete: (keys) =>
      scheduler.outside(async () => {
        await store.delete(keys)
        for (const key of keys) {
          removed.add(key)
          contents.delete(key)
        }
        if (keys.some((key) => key.startsWith(reportsPrefix))) await lookAtReports()
      }),
  }
  return { bucket, blocks, removed, seenBroken }
}

/** Undefined: it is nothing that is added to. */
async function contentsOf(key: string, body: Uint8Array): Promise<Contents | undefined> {
  const lake = parseLakeKey(key)
  if (lake && watchedTables.includes(lake.table)) {
    const { covers, records } = await decodeParquet(lake.table, body)
    const rows = Map.groupBy(records, (record) => JSON.stringify(record))
    return new Map([['blocks covered', covers], ...[...rows].map(([row, same]) => [row, same.length] as const)])
  }
  if (!parseRollupKey(key)) return undefined
  const { hosts, transitions, gaps } = rollupOfColumns(readRollup(await unpackBytes(body, maxBytes)))
  const buckets = Object.entries(hosts).flatMap(([host, theirs]) =>
    theirs.map(({ startMs, snapshots }) => [`snapshots of ${host} at ${startMs}`, snapshots] as const),
  )
  return new Map([['transitions', transitions.length], ['gaps', gaps.length], ...buckets])
}
