/**
 * evaluate: snapshots through rules and life cycle, alone and from the objects of an inbox, and one run for 100 hosts on a
 * directory with what it asks of the store. Beside it pandas: the same thresholds and means over the same values. CPU of the
 * thread, since the machine does other things too; rounds by turns, and the median of them.
 */
import { execFileSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDirectoryBucket } from '../adapters/bucket/directory.ts'
import type { Bucket } from '../adapters/bucket/port.ts'
import { systemRandom } from '../adapters/clock/system.ts'
import { silentLog } from '../adapters/log/port.ts'
import { defaultRuleSet } from '../core/alerts/default-rules.ts'
import { hostRules } from '../core/alerts/host-rules.ts'
import { readingOf } from '../core/alerts/readings.ts'
import type { RuleSet } from '../core/alerts/rule.ts'
import { packBatch } from '../core/batch-bytes.ts'
import { sha16 } from '../core/codec.ts'
import { inboxKey, parseInboxKey } from '../core/keys.ts'
import { parseSettings } from '../core/parse-settings.ts'
import { advanceShard } from '../core/shard/advance.ts'
import { emptyState } from '../core/shard/state.ts'
import { growTimeline, type Timeline } from '../core/shard/timeline.ts'
import type { Snapshot } from '../core/snapshot.ts'
import { evaluateShard } from '../functions/evaluate/evaluate.ts'
import { checkInput } from '../functions/evaluate/inbox.ts'
import { cpuOf, threadCpuMs } from './cpu.ts'
import { type Fleet, hostName, snapshotsOf } from './generate.ts'
import { pythonWith } from './python.ts'

const hourMs = 3_600_000
const rounds = 5
const latenessMs = 900_000
const batchSnapshots = 5
const fromMs = Date.UTC(2026, 2, 1)
/** Hosts whose day is made up; others are these under names of their own. */
const templates = 4
const hosts = 100

export async function benchEvaluate(): Promise<void> {
  const toMs = fromMs + 24 * hourMs
  const fleet: Fleet = { hosts: templates, fromMs, toMs, intervalMs: 60_000, batchSnapshots, seed: 1 }
  const days = Array.from({ length: templates }, (_, index) => [...snapshotsOf(fleet, index)])
  const rules = defaultRules()
  console.log(
    `\nevaluate: busy hosts, a snapshot a minute, the ${rules.rules.length} default rules; median of ${rounds} rounds`,
  )
  const python = pythonWith('pandas')
  const directory = await mkdtemp(join(tmpdir(), 'vitals-evaluate-'))
  try {
    const csv = join(directory, 'values.csv')
    await writeFile(csv, valuesOf(days))
    const snapshots = days.reduce((sum, day) => sum + day.length, 0)
    const objects = days.flatMap((day, index) => objectsOf(`host-${index}`, day))
    const turns = { judged: [] as number[], raw: [] as number[], taken: [] as number[], pandas: [] as number[] }
    judgeAll(days, rules)
    for (let round = 0; round < rounds; round++) {
      turns.judged.push(timed(() => judgeAll(days, rules)))
      turns.raw.push(timed(() => inRuns(objects, readAll)))
      turns.taken.push(timed(() => takeAll(objects, rules, toMs)))
      turns.pandas.push(pandas(python, csv))
    }
    print('through rules and life cycle', turns.judged, snapshots)
    print('pandas: the same means and thresholds', turns.pandas, snapshots)
    print('from NDJSON + zstd, checked', turns.raw, snapshots)
    print('from NDJSON + zstd to the rows of blocks', turns.taken, snapshots)
    await oneRun(join(directory, 'bucket'), days, rules)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

function timed(act: () => unknown): number {
  const start = threadCpuMs()
  act()
  return threadCpuMs() - start
}

function defaultRules(): RuleSet {
  const parsed = parseSettings({ env: {}, hostname: 'bench', timeZone: 'UTC', resolvePath: (path) => path })
  if (!parsed.ok) throw new Error('the default settings do not parse')
  return defaultRuleSet(parsed.settings)
}

/** From parsed snapshots to alerts, in batches as they come. */
function judgeAll(days: readonly Snapshot[][], set: RuleSet): number {
  let steps = 0
  for (const [index, day] of days.entries()) {
    const host = `host-${index}`
    const rules = hostRules(set, { name: host, tags: {} })
    let timeline: Timeline | undefined
    for (let from = 0; from < day.length; from += batchesAtOnce) {
      const readings = day.slice(from, from + batchesAtOnce).map((one) => readingOf(one.observedAtMs, one, rules))
      const grown = growTimeline(timeline, { host, rules, readings, latenessMs, amend: () => {} })
      steps += grown.steps.length
      timeline = grown.end()
    }
  }
  return steps
}

/** What a run takes of one host at most when it has fallen behind: 200 objects. */
const batchesAtOnce = 200 * batchSnapshots

interface InboxObject {
  key: string
  body: Uint8Array
}

function objectsOf(host: string, snapshots: readonly Snapshot[], firstSeq = 1): InboxObject[] {
  const objects: InboxObject[] = []
  for (let from = 0; from < snapshots.length; from += batchSnapshots) {
    const seq = firstSeq + from / batchSnapshots
    const stream = Buffer.from(host.padEnd(8, '-')).toString('hex').slice(0, 16)
    const header = {
      kind: 'batch',
      v: 1,
      host,
      stream,
      seq,
      agentVersion: '0.1.0',
      shipEveryMs: 300_000,
      facts: {},
    } as const
    const body = packBatch({ header, records: snapshots.slice(from, from + batchSnapshots) })
    objects.push({ key: inboxKey({ host, stream, seq, sha16: sha16(body) }), body })
  }
  return objects
}

function readAll(objects: readonly InboxObject[]) {
  return objects.map(({ key, body }) => {
    const name = parseInboxKey(key)
    if ('refused' in name) throw new Error(name.refused)
    const input = checkInput(key, name, body)
    if (input.kind !== 'batch') throw new Error(`${key}: ${input.reason}`)
    return input
  })
}

/** Everything but the store: read, check, decide, and the rows that a block has. */
function takeAll(objects: readonly InboxObject[], rules: RuleSet, nowMs: number): number {
  let state = emptyState('all')
  let rows = 0
  inRuns(objects, (some) => {
    const advance = advanceShard({ before: state, inputs: readAll(some), rules, nowMs, sawWholeInbox: false })
    state = advance.state
    rows += advance.rows.length
  })
  return rows
}

/** So many at once as a run has of 100 hosts; what a run has read is gone with it. */
function inRuns(objects: readonly InboxObject[], run: (some: readonly InboxObject[]) => unknown): void {
  for (let from = 0; from < objects.length; from += hosts) run(objects.slice(from, from + hosts))
}

/** Of 100 hosts a batch of five minutes each, after an hour that state already has. */
async function oneRun(directory: string, days: readonly Snapshot[][], rules: RuleSet): Promise<void> {
  const counted = countRequests(await openDirectoryBucket(directory))
  const hourSnapshots = 60
  let nowMs = fromMs + hourMs
  const clock = { now: () => nowMs, monotonicMs: () => performance.now(), sleep: async () => {} }
  const evaluate = () =>
    evaluateShard({ bucket: counted.bucket, shard: 'all', rules, clock, random: systemRandom, log: silentLog })
  const send = async (from: number, to: number) => {
    for (let host = 0; host < hosts; host++) {
      const day = days[host % templates] ?? []
      for (const { key, body } of objectsOf(hostName(host), day.slice(from, to), 1 + from / batchSnapshots)) {
        await counted.bucket.put(key, body, { ifAbsent: true })
      }
    }
  }
  await send(0, hourSnapshots)
  await evaluate()
  const wallMs: number[] = []
  const cpuMs: number[] = []
  let requests: Record<string, number> = {}
  for (let round = 1; round <= rounds; round++) {
    const from = hourSnapshots + (round - 1) * batchSnapshots
    nowMs = fromMs + (from + batchSnapshots) * 60_000
    await send(from, from + batchSnapshots)
    counted.take()
    const start = performance.now()
    const { cpuMs: cpu } = await cpuOf(evaluate)
    wallMs.push(performance.now() - start)
    cpuMs.push(cpu)
    requests = counted.take()
  }
  const asked = Object.entries(requests).map(([name, count]) => `${count} ${name}`)
  console.log(
    `  one run for ${hosts} hosts on a directory: ${median(wallMs).toFixed(0)} ms (${median(cpuMs).toFixed(0)} ms of CPU), ${hosts * batchSnapshots} snapshots; it asked the store for ${asked.join(', ')}`,
  )
}

function countRequests(bucket: Bucket): { bucket: Bucket; take(): Record<string, number> } {
  let counts: Record<string, number> = {}
  const count = (name: string) => {
    counts[name] = (counts[name] ?? 0) + 1
  }
  return {
    bucket: {
      url: bucket.url,
      get: (...args) => {
        count('get')
        return bucket.get(...args)
      },
      put: (...args) => {
        count('put')
        return bucket.put(...args)
      },
      list: (...args) => {
        count('list')
        return bucket.list(...args)
      },
      delete: (...args) => {
        count('delete')
        return bucket.delete(...args)
      },
    },
    take: () => {
      const taken = counts
      counts = {}
      return taken
    },
  }
}

/** host, time and each value that the default thresholds are about. */
function valuesOf(days: readonly Snapshot[][]): string {
  const lines = ['host,at,series,value']
  for (const [index, day] of days.entries()) {
    for (const { observedAtMs, cpu, memory, disks } of day) {
      const line = (series: string, value: number | undefined) => `host-${index},${observedAtMs},${series},${value}`
      lines.push(line('cpu', cpu.percent), line('memory', memory.usedPercent))
      for (const { mount, usedPercent, inodesUsedPercent } of disks) {
        lines.push(line(`disk ${mount}`, usedPercent), line(`inodes ${mount}`, inodesUsedPercent))
      }
    }
  }
  return `${lines.join('\n')}\n`
}

function pandas(python: string, csv: string): number {
  const script = join(import.meta.dirname, 'peers', 'pandas-thresholds.py')
  return (JSON.parse(execFileSync(python, [script, csv], { encoding: 'utf8' })) as { cpuMs: number }).cpuMs
}

function print(what: string, cpuMs: readonly number[], snapshots: number): void {
  const perSecond = (ms: number) => Math.round(snapshots / (ms / 1_000)).toLocaleString('en')
  const span = `${perSecond(Math.max(...cpuMs))} to ${perSecond(Math.min(...cpuMs))}`
  console.log(`  ${what.padEnd(42)} ${perSecond(median(cpuMs)).padStart(9)} snapshots/s a thread (${span})`)
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}
