/** What a day of busy hosts weighs in the lake, table by table, and how fast the log gets there; on a directory. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDirectoryBucket } from '../adapters/bucket/directory.ts'
import type { Bucket } from '../adapters/bucket/port.ts'
import { silentLog } from '../adapters/log/port.ts'
import { pack } from '../core/codec.ts'
import { blockKey, lakePrefix, lakeTables, noBlock, stateKey } from '../core/keys.ts'
import { rollupPrefix } from '../core/rollup/rollup-keys.ts'
import { type BlockHeader, type BlockRow, blockVersion, encodeBlock } from '../core/shard/block.ts'
import { emptyState } from '../core/shard/state.ts'
import { rollupShard } from '../functions/rollup/rollup.ts'
import { cpuOf } from './cpu.ts'
import { type Fleet, hostName, snapshotsOf } from './generate.ts'
import { benchHourColumns } from './hour-columns.ts'

/** Of a day of a busy host, all tables together. */
const mostBytes = 150
const shard = 'all'
const fromMs = Date.UTC(2026, 2, 1)
const minuteMs = 60_000
const dayMs = 1_440 * minuteMs
const blockMinutes = 5
const hourly = 60 / blockMinutes
const atOnce = 1_440 / blockMinutes

export async function benchLake(): Promise<void> {
  for (const seed of [1, 2, 3, 5]) await inDirectory((bucket) => run(bucket, { hosts: 1, seed }, hourly))
  for (const blocks of [hourly, atOnce]) {
    await inDirectory(async (bucket, directory) => {
      await run(bucket, { hosts: 20, seed: 1 }, blocks)
      if (blocks === atOnce) await benchHourColumns({ bucket, directory, shard, dayMs: fromMs })
    })
  }
}

async function run(
  bucket: Bucket,
  { hosts, seed }: Pick<Fleet, 'hosts' | 'seed'>,
  blocksBetweenRuns: number,
): Promise<void> {
  const fleet: Fleet = { hosts, fromMs, toMs: fromMs + dayMs, intervalMs: minuteMs, batchSnapshots: 5, seed }
  console.log(`\nlake: ${hosts} busy ${hosts === 1 ? 'host' : 'hosts'}, a day at a snapshot a minute, seed ${seed}`)
  const log = createLog(bucket)
  const streams = Array.from({ length: hosts }, (_, index) => snapshotsOf(fleet, index))
  let snapshots = 0
  let rollupMs = 0
  let runs = 0
  for (let minute = 0; minute < 1_440; minute += blockMinutes) {
    const rows: BlockRow[] = []
    for (const [index, stream] of streams.entries()) {
      for (let count = 0; count < blockMinutes; count++) {
        const { value: snapshot } = stream.next()
        if (snapshot) rows.push({ kind: 'sample', host: hostName(index), atMs: snapshot.observedAtMs, snapshot })
      }
    }
    snapshots += rows.length
    await log.commit(rows)
    if ((minute / blockMinutes) % blocksBetweenRuns !== blocksBetweenRuns - 1) continue
    const { cpuMs } = await cpuOf(() => rollupShard({ bucket, shard, log: silentLog }))
    rollupMs += cpuMs
    runs += 1
  }
  let total = 0
  for (const table of lakeTables) {
    const bytes = await bytesBelow(bucket, lakePrefix(table))
    total += bytes
    if (bytes > 0) print(table, bytes / snapshots)
  }
  print('all tables', total / snapshots, `  asked: at most ${mostBytes}`)
  print('rollups of 5 minutes', (await bytesBelow(bucket, rollupPrefix('5m'))) / snapshots)
  const perSecond = Math.round(snapshots / (rollupMs / 1_000)).toLocaleString('en')
  console.log(
    `  ${runs === 1 ? 'one run' : `${runs} runs`} of rollup: ${(rollupMs / 1_000).toFixed(1)} s of a core, ${perSecond} snapshots/s`,
  )
}

function print(what: string, bytesPerSnapshot: number, beside = ''): void {
  console.log(`  ${what.padEnd(24)} ${bytesPerSnapshot.toFixed(1).padStart(7)} bytes a snapshot${beside}`)
}

async function bytesBelow(bucket: Bucket, prefix: string): Promise<number> {
  let bytes = 0
  for (let startAfter = '', more = true; more; ) {
    const page = await bucket.list(prefix, { startAfter })
    for (const { sizeBytes } of page.objects) bytes += sizeBytes
    startAfter = page.objects.at(-1)?.key ?? startAfter
    more = page.more
  }
  return bytes
}

/** Commits blocks as evaluate does, without its work. */
function createLog(bucket: Bucket): { commit: (rows: BlockRow[]) => Promise<void> } {
  let n = 0
  let prev = noBlock
  return {
    commit: async (rows) => {
      n += 1
      const write = n.toString(16).padStart(16, '0')
      const header: BlockHeader = {
        kind: 'block',
        v: blockVersion,
        shard,
        n,
        write,
        prev,
        nowMs: 0,
        rulesHash: '',
        sawWholeInbox: true,
      }
      await bucket.put(blockKey({ shard, n, write, prev }), pack(encodeBlock({ header, rows })))
      await bucket.put(stateKey(shard), pack(JSON.stringify({ ...emptyState(shard), write, head: { n, write, prev } })))
      prev = write
    },
  }
}

async function inDirectory(work: (bucket: Bucket, directory: string) => Promise<void>): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'vitals-lake-'))
  try {
    await work(await openDirectoryBucket(directory), directory)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}
