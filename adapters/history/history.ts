/** History for reports: the rollups of a time range, read from the bucket and put together. */
import type { Transition } from '../../core/alerts/alert.ts'
import { unpackBytes } from '../../core/codec.ts'
import type { Shard } from '../../core/keys.ts'
import { addHistory, type HostHistory } from '../../core/rollup/host-history.ts'
import { bucketMs, objectStarts, rollupMaxBytes } from '../../core/rollup/rollup.ts'
import { readRollup } from '../../core/rollup/rollup-file.ts'
import { type Resolution, rollupKey } from '../../core/rollup/rollup-keys.ts'
import type { GapRow } from '../../core/shard/block.ts'
import type { Bucket } from '../bucket/port.ts'

export interface HistoryRequest {
  bucket: Bucket
  shards: readonly Shard[]
  /** Milliseconds UTC; `toMs` is not included. */
  fromMs: number
  toMs: number
  resolution: Resolution
  /** Absent: all of them. */
  hosts?: readonly string[]
  /** Buckets that end after `toMs` are left out: they tell of a time that was not asked for. */
  endsInside?: boolean
}

export interface History {
  /** Of every host with a bucket that overlaps the range. */
  hosts: Map<string, HostHistory>
  /** Decided in the range, ascending. */
  transitions: Transition[]
  /** Beginning or ending in the range, as far as they begin in an hour, day or month that was read; ascending. */
  gaps: GapRow[]
  /** Objects that could not be read: their time is missing above. */
  unreadable: { key: string; reason: string }[]
  /** Gives the memory of the columns back at once; nothing of `hosts` is read afterwards. */
  release(): void
}

const readsAtOnce = 8

/**
 * Costs one read an hour (`5m`), day (`1h`) or month (`1d`) and shard. An object that isn't there is a time without data;
 * one that is damaged is told in `unreadable`, and the rest is given. A store that is away throws its `BucketError`.
 */
export async function readHistory({
  bucket,
  shards,
  fromMs,
  toMs,
  resolution,
  hosts,
  endsInside = false,
}: HistoryRequest): Promise<History> {
  const keys = objectStarts(resolution, fromMs, toMs).flatMap((startMs) =>
    shards.map((shard) => rollupKey(resolution, shard, startMs)),
  )
  const wanted = hosts && new Set(hosts)
  const isWanted = (host: string) => !wanted || wanted.has(host)
  const lengthMs = bucketMs[resolution]
  const range = { fromMs, toMs: endsInside ? Math.floor(toMs / lengthMs) * lengthMs : toMs }
  const buffers: ArrayBufferLike[] = []
  const history: History = {
    hosts: new Map(),
    transitions: [],
    gaps: [],
    unreadable: [],
    release: () => release(buffers),
  }
  const read = (at: number) => Promise.all(keys.slice(at, at + readsAtOnce).map((key) => readOne(bucket, key)))
  for (let at = 0, reading = read(0); at < keys.length; at += readsAtOnce) {
    const objects = await reading
    // Other threads unpack these while what is there is put together.
    reading = read(at + readsAtOnce)
    for (const object of objects) {
      if (!object) continue
      if ('reason' in object) {
        history.unreadable.push(object)
        continue
      }
      addHistory(history.hosts, object, range, isWanted)
      buffers.push(object.rowAt.buffer)
      history.transitions.push(
        ...object.transitions.filter(({ host, atMs }) => isWanted(host) && atMs >= fromMs && atMs < toMs),
      )
      history.gaps.push(...object.gaps.filter((gap) => isWanted(gap.host) && gap.fromMs < toMs && gap.toMs >= fromMs))
    }
  }
  for (const { buckets } of history.hosts.values()) buckets.sort((a, b) => a.startMs - b.startMs)
  history.transitions.sort((a, b) => a.atMs - b.atMs)
  history.gaps.sort((a, b) => a.fromMs - b.fromMs)
  return history
}

/** Smaller ones Node may have cut from one that others have parts of. */
const ownBufferBytes = 1_048_576

/**
 * The collector looks for what is no longer used when it runs short, and to it columns look small: without this those of a
 * hundred hosts, 60 MiB, would still be there while charts are drawn and pages written.
 */
function release(buffers: readonly ArrayBufferLike[]): void {
  for (const buffer of buffers) {
    if (buffer instanceof ArrayBuffer && buffer.byteLength >= ownBufferBytes) buffer.transfer(0)
  }
}

async function readOne(bucket: Bucket, key: string) {
  const object = await bucket.get(key)
  if (!object) return undefined
  try {
    return readRollup(await unpackBytes(object.body, rollupMaxBytes))
  } catch (error) {
    return { key, reason: (error as Error).message }
  }
}
