/**
 * March of twenty hosts in Berlin, whose clocks go forward on the 29th: a snapshot every ten minutes, decided by the default
 * rules as it comes, rolled up by the hour. `java` on db-1 leaks all month; /var of web-3 is full on the 20th and cleared two
 * days later; that of worker-5 fills; cache-2 is off through the night of the clock change. db-4 gets a new kernel
 * on the 12th. The other fifteen are well.
 */
import { defaultRuleSet } from '../core/alerts/default-rules.ts'
import { inboxKey } from '../core/keys.ts'
import { buildReport } from '../core/report/build.ts'
import type { Report } from '../core/report/report.ts'
import { bucketMs } from '../core/rollup/rollup.ts'
import { advanceShard } from '../core/shard/advance.ts'
import type { BlockRow } from '../core/shard/block.ts'
import type { ShardInput } from '../core/shard/inputs.ts'
import { emptyState } from '../core/shard/state.ts'
import { shardNow } from '../functions/evaluate/publish.ts'
import { bucketsOfSamples } from './buckets-of-samples.ts'
import { historiesOf } from './histories.ts'
import { makeBatch, makeSettings, makeSnapshot } from './make.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
export const dayMs = 24 * hourMs
const everyMs = 10 * minuteMs
const gibibyte = 1024 ** 3

/** Midnight in Berlin at both ends: 743 hours. */
export const month = { fromMs: Date.UTC(2026, 1, 28, 23), toMs: Date.UTC(2026, 2, 31, 22) }
/** 22:00 to 07:00 by the clocks of Berlin, of which one hour did not happen. */
export const outage = { fromMs: Date.UTC(2026, 2, 28, 21), toMs: Date.UTC(2026, 2, 29, 5) }
export const diskFullMs = Date.UTC(2026, 2, 20, 12)
export const diskClearedMs = Date.UTC(2026, 2, 22, 9)
export const upgradeMs = Date.UTC(2026, 2, 12, 2)

const hosts = [
  'db-1',
  'cache-2',
  'web-3',
  'db-4',
  'worker-5',
  ...Array.from({ length: 15 }, (_, at) => `web-${at + 6}`),
]

export function storyOfMonth(): Report {
  const rules = defaultRuleSet(makeSettings())
  const rows: BlockRow[] = []
  let state = emptyState('all')
  for (let nowMs = month.fromMs; nowMs < month.toMs; nowMs += everyMs) {
    const inputs = hosts.flatMap((host, index) => (isAway(host, nowMs) ? [] : [inputOf(host, index, nowMs)]))
    const advance = advanceShard({ before: state, inputs, rules, nowMs: nowMs + minuteMs, sawWholeInbox: true })
    state = { ...advance.state, notices: [] }
    rows.push(...advance.rows)
  }
  const samples = rows.filter((row) => row.kind === 'sample')
  return buildReport({
    history: {
      hosts: historiesOf(bucketsOfSamples(samples, bucketMs['1h']), '1h'),
      transitions: rows.filter((row) => row.kind === 'transition'),
      gaps: rows.filter((row) => row.kind === 'gap'),
    },
    previous: { hosts: new Map(), transitions: [], gaps: [] },
    nows: shardNow(state, rules, month.toMs).hosts,
    period: month,
    resolution: '1h',
    timeZone: 'Europe/Berlin',
    generatedAtMs: month.toMs,
    thresholds: { cpuPercent: 80, memoryPercent: 85, diskPercent: 90 },
    problems: [],
  })
}

function isAway(host: string, atMs: number): boolean {
  return host === 'cache-2' && atMs >= outage.fromMs && atMs < outage.toMs
}

function inputOf(host: string, index: number, atMs: number): ShardInput {
  const name = {
    host,
    // Who was off begins a new one.
    stream: (host === 'cache-2' && atMs >= outage.toMs ? 'b' : 'a').repeat(16),
    seq: (atMs - (host === 'cache-2' && atMs >= outage.toMs ? outage.toMs : month.fromMs)) / everyMs + 1,
    sha16: 'c'.repeat(16),
  }
  const kernel = isUpgraded(host, atMs) ? '6.1.0-26-amd64' : '6.1.0-25-amd64'
  const header = { shipEveryMs: everyMs, facts: { os: 'Debian GNU/Linux 12', kernel, cores: 8 } }
  const batch = makeBatch({ ...name, ...header, records: [snapshotOf(host, index, atMs)] })
  return { kind: 'batch', key: inboxKey(name), name, batch }
}

function isUpgraded(host: string, atMs: number): boolean {
  return host === 'db-4' && atMs >= upgradeMs
}

function snapshotOf(host: string, index: number, atMs: number) {
  const share = (atMs - month.fromMs) / (month.toMs - month.fromMs)
  const wave = Math.sin(((atMs / hourMs + index) / 24) * 2 * Math.PI)
  const ripple = Math.sin(atMs / (37 * minuteMs) + index * 7) + Math.sin(atMs / (11 * minuteMs) + index * 3)
  const cpuPercent = 30 + 14 * wave + 5 * ripple
  const leakedBytes = host === 'db-1' ? share * 7 * gibibyte : 0
  const totalBytes = 16 * gibibyte
  return {
    ...makeSnapshot({
      atMs,
      intervalMs: everyMs,
      cpuPercent,
      disks: [
        ['/', 31 + ripple / 10],
        ['/var', varPercent(host, atMs, share) + ripple / 20],
      ],
      interfaces: [
        { name: 'eth0', receivedBytesPerSecond: 4e5 * (1.6 + wave), sentBytesPerSecond: 9e5 * (1.6 + wave) },
      ],
      processes: {
        total: 140,
        top: [
          { pid: 100, name: 'java', cpuPercent: 0.5 * cpuPercent, rssBytes: 2 * gibibyte + leakedBytes },
          { pid: 101, name: 'postgres', cpuPercent: 0.3 * cpuPercent, rssBytes: (1.4 + 0.05 * ripple) * gibibyte },
          { pid: 102, name: 'nginx', cpuPercent: 0.1 * cpuPercent, rssBytes: 0.1 * gibibyte },
        ],
      },
    }),
    bootId: isUpgraded(host, atMs) ? 'second' : 'first',
    memory: { totalBytes, usedPercent: 45 + 1.5 * wave + (100 * leakedBytes) / totalBytes },
  }
}

/** In percent. */
function varPercent(host: string, atMs: number, share: number): number {
  if (host === 'worker-5') return 48 + 34 * share
  if (host !== 'web-3') return 52 + 0.3 * share
  if (atMs >= diskClearedMs) return 24
  return Math.min(99.9, 40 + (60 * (atMs - month.fromMs)) / (diskFullMs - month.fromMs))
}
