/** evaluate, rollup and report for ten hosts and a day, on a directory. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDirectoryBucket } from '../adapters/bucket/directory.ts'
import { createEmbeddedRenderer } from '../adapters/charts/embedded.ts'
import { systemRandom } from '../adapters/clock/system.ts'
import { silentLog } from '../adapters/log/port.ts'
import { defaultRuleSet } from '../core/alerts/default-rules.ts'
import { parseSettings } from '../core/parse-settings.ts'
import { evaluateShard } from '../functions/evaluate/evaluate.ts'
import { makeReport } from '../functions/report/make-report.ts'
import { rollupShard } from '../functions/rollup/rollup.ts'
import { type Fleet, sendHost } from './generate.ts'

const hourMs = 3_600_000

export async function benchPipeline(): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'vitals-bench-'))
  try {
    await run(directory)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

async function run(directory: string): Promise<void> {
  const parsed = parseSettings({ env: {}, hostname: 'bench', timeZone: 'UTC', resolvePath: (path) => path })
  if (!parsed.ok) throw new Error('the default settings do not parse')
  const bucket = await openDirectoryBucket(directory)
  const fromMs = Date.UTC(2026, 2, 1)
  const toMs = fromMs + 24 * hourMs
  const clock = { now: () => toMs, monotonicMs: () => performance.now(), sleep: async () => {} }
  const fleet: Fleet = { hosts: 10, fromMs, toMs, intervalMs: 60_000, batchSnapshots: 5, seed: 1 }
  const snapshots = (fleet.hosts * (toMs - fromMs)) / fleet.intervalMs
  console.log(`\npipeline: ${fleet.hosts} hosts x 24 h, a snapshot a minute, batches of ${fleet.batchSnapshots}`)
  for (let index = 0; index < fleet.hosts; index++) await sendHost(bucket, fleet, index)

  const evaluateMs = await timed(async () => {
    const rules = defaultRuleSet(parsed.settings)
    while (
      (await evaluateShard({ bucket, shard: 'all', rules, clock, random: systemRandom, log: silentLog })).outcome !==
      'idle'
    );
  })
  print('evaluate', evaluateMs, snapshots)
  print('rollup', await timed(() => rollupShard({ bucket, shard: 'all', log: silentLog })), snapshots)

  const thresholds = { cpuPercent: 80, memoryPercent: 85, diskPercent: 90 }
  const shared = { bucket, shards: ['all'], clock, timeZone: 'UTC', thresholds }
  const noCharts = { name: 'none', render: async () => new Uint8Array() }
  const request = { period: { fromMs, toMs } }
  print('report without charts', await timed(() => makeReport({ ...shared, charts: noCharts }, request)), snapshots)
  let charts = 0
  const onProgress = () => {
    charts += 1
  }
  const withCharts = await timed(() =>
    makeReport({ ...shared, charts: createEmbeddedRenderer() }, { ...request, onProgress }),
  )
  print(`report with ${charts} charts`, withCharts, snapshots)
}

async function timed(act: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await act()
  return performance.now() - start
}

function print(what: string, ms: number, snapshots: number): void {
  const perSecond = Math.round(snapshots / (ms / 1_000)).toLocaleString('en')
  console.log(`  ${what.padEnd(24)} ${(ms / 1_000).toFixed(2).padStart(7)} s  ${perSecond.padStart(12)} snapshots/s`)
}
