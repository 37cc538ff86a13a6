/**
 * The report of a day, from rollups, for 10, 100 and 1,000 hosts, beside pandas and matplotlib that are given the same
 * means. Every run is a process of its own: its start is not counted, its memory is.
 */
import { execFileSync } from 'node:child_process'
import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDirectoryBucket } from '../adapters/bucket/directory.ts'
import { pack } from '../core/codec.ts'
import { nowKey } from '../core/keys.ts'
import type { HostNow } from '../core/now.ts'
import { mergeBuckets } from '../core/rollup/aggregate.ts'
import { bucketMs, type HostBucket, type RollupObject } from '../core/rollup/rollup.ts'
import { writeRollup } from '../core/rollup/rollup-file.ts'
import { rollupKey } from '../core/rollup/rollup-keys.ts'
import { columnsOfRollup } from '../core/rollup/to-columns.ts'
import { bucketsOfSamples } from '../test/buckets-of-samples.ts'
import { type Fleet, snapshotsOf } from './generate.ts'
import { pythonWith } from './python.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs
const fromMs = Date.UTC(2026, 2, 2)
const rounds = 3
/** Hosts whose two days are computed; the others are these under names of their own. */
const templates = 10

export async function benchReport(): Promise<void> {
  console.log('\nreport: a day from rollups of five minutes, compared with the day before; median of three processes')
  const days = Array.from({ length: templates }, (_, index) => bucketsOf(index))
  const python = pythonWith('pandas', 'matplotlib')
  for (const hosts of [10, 100, 1_000]) {
    const directory = await mkdtemp(join(tmpdir(), 'vitals-bench-'))
    try {
      await putRollups(directory, days, hosts)
      const csv = join(directory, 'means.csv')
      await putMeans(csv, days, hosts)
      const plain = median(() => ours(directory, 'no charts'))
      const drawn = median(() => ours(directory, 'charts'))
      const peer = median(() => theirs(python, csv, 0))
      const peerDrawn = median(() => theirs(python, csv, drawn.charts))
      print(`${hosts} hosts without charts or pages`, plain, peer)
      print(`${hosts} hosts, ${drawn.charts} charts, ${drawn.pages} pages`, drawn, peerDrawn)
    } finally {
      await rm(directory, { recursive: true, force: true })
    }
  }
}

interface Run {
  ms: number
  /** Of one that its process makes after others. */
  againMs?: number
  rssMiB: number
  charts: number
  pages: number
  pageBytes: number
}

function ours(directory: string, drawn: string): Run {
  const script = join(import.meta.dirname, 'one-report.ts')
  return run(process.execPath, script, directory, fromMs, fromMs + dayMs, drawn, drawn === 'charts' ? 0 : rounds)
}

function theirs(python: string, csv: string, charts: number): Run {
  return run(python, join(import.meta.dirname, 'peers', 'pandas-report.py'), csv, charts)
}

function run(command: string, ...args: (string | number)[]): Run {
  return JSON.parse(execFileSync(command, args.map(String), { encoding: 'utf8' })) as Run
}

function median(measure: () => Run): Run {
  const [, middle] = Array.from({ length: rounds }, measure).sort((a, b) => a.ms - b.ms)
  if (!middle) throw new Error('report: nothing was measured')
  return middle
}

function print(what: string, { ms, againMs, rssMiB }: Run, peer: Run): void {
  const ratio = (peer.ms / ms).toFixed(1)
  const again = againMs === undefined ? '' : ` (${(againMs / 1_000).toFixed(2)} s in a process that made some)`
  console.log(
    `  ${what.padEnd(36)} ${(ms / 1_000).toFixed(2)} s${again}, ${rssMiB.toFixed(0)} MiB; pandas and matplotlib ${(peer.ms / 1_000).toFixed(2)} s, ${peer.rssMiB.toFixed(0)} MiB: ${ratio} times ours`,
  )
}

/** Two days of one host. */
function bucketsOf(index: number): HostBucket[] {
  const fleet: Fleet = {
    hosts: templates,
    fromMs: fromMs - dayMs,
    toMs: fromMs + dayMs,
    intervalMs: 60_000,
    batchSnapshots: 5,
    seed: 1,
  }
  const samples = [...snapshotsOf(fleet, index)].map((snapshot) => ({
    kind: 'sample' as const,
    host: 'host',
    atMs: snapshot.observedAtMs,
    snapshot,
  }))
  return bucketsOfSamples(samples, bucketMs['5m']).get('host') ?? []
}

function nameOf(host: number): string {
  return `host-${String(host).padStart(4, '0')}`
}

async function putRollups(directory: string, days: readonly HostBucket[][], hosts: number): Promise<void> {
  const bucket = await openDirectoryBucket(directory)
  const put = async (resolution: '5m' | '1h', startMs: number, ofTemplates: readonly HostBucket[][]) => {
    const named = Array.from({ length: hosts }, (_, host) => [nameOf(host), ofTemplates[host % templates] ?? []])
    const object: RollupObject = {
      resolution,
      shard: 'all',
      startMs,
      hosts: Object.fromEntries(named),
      transitions: [],
      gaps: [],
    }
    await bucket.put(rollupKey(resolution, 'all', startMs), pack(writeRollup(columnsOfRollup(object))))
  }
  const now = {
    v: 1,
    shard: 'all',
    n: 1,
    publishedAtMs: fromMs + dayMs,
    hosts: Array.from({ length: hosts }, (_, host) => nowOf(nameOf(host))),
  }
  await bucket.put(nowKey('all'), Buffer.from(JSON.stringify(now)))
  const byHour = days.map((buckets) => Map.groupBy(buckets, ({ startMs }) => Math.floor(startMs / hourMs) * hourMs))
  const merged = byHour.map((hours) => [...hours].map(([startMs, buckets]) => mergeBuckets(startMs, buckets)))
  for (const dayStartMs of [fromMs - dayMs, fromMs]) {
    const endMs = dayStartMs + dayMs
    const isIn = ({ startMs }: HostBucket) => startMs >= dayStartMs && startMs < endMs
    await put(
      '1h',
      dayStartMs,
      merged.map((hours) => hours.filter(isIn)),
    )
    for (let startMs = dayStartMs; startMs < endMs; startMs += hourMs) {
      await put(
        '5m',
        startMs,
        byHour.map((hours) => hours.get(startMs) ?? []),
      )
    }
  }
}

function nowOf(host: string): HostNow {
  return { host, facts: {}, agentVersion: '0.1.0', lastArrivalMs: fromMs + dayMs, recent: [], alerts: [], findings: [] }
}

async function putMeans(path: string, days: readonly HostBucket[][], hosts: number): Promise<void> {
  await writeFile(path, 'host,at,series,mean\n')
  for (let host = 0; host < hosts; host++) {
    const buckets = (days[host % templates] ?? []).filter(({ startMs }) => startMs >= fromMs)
    const rows = buckets.flatMap(({ startMs, series }) =>
      Object.entries(series).map(
        ([key, { sum, count }]) => `${nameOf(host)},${startMs},"${key.replaceAll('"', '')}",${sum / count}`,
      ),
    )
    await appendFile(path, `${rows.join('\n')}\n`)
  }
}
