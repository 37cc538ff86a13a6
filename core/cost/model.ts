/**
 * What Vitals costs on AWS a month: requests to S3 and bytes in it, runs of functions, and what stands beside them. Pure; prices and
 * the stack are given. Requests are counted in `test/unit/core/cost` and on LocalStack, and held to these formulas; bytes and times were
 * measured, and stand here as constants with where they are from. docs/cost.md says it in words.
 */
import type { FunctionName } from '../figures.ts'
import { type ShardCount, shardCounts } from '../keys.ts'
import { hostsOnOnePage } from '../report/report.ts'
import { shardsARollup } from '../shard/each-shard.ts'
import { dollarsFor, type Prices, usEast1 } from './prices.ts'
import { type StackFacts, usualStack } from './stack-facts.ts'

export interface Load {
  hosts: number
  /** Between snapshots. */
  intervalSeconds: number
  /** Snapshots in one batch. */
  batch: number
  shards: number
  /** Begun and ended, of each host. */
  incidentsAMonthAndHost: number
  /** Of the status page. */
  viewsADay: number
  reportsADay: number
  keep: { logDays: number; hourlyDays: number; dailyDays: number; reportsDays: number }
}

export const usualLoad: Omit<Load, 'hosts'> = {
  intervalSeconds: 60,
  batch: 5,
  shards: 1,
  incidentsAMonthAndHost: 0.5,
  viewsADay: 20,
  reportsADay: 1,
  keep: { logDays: 14, hourlyDays: 90, dailyDays: 400, reportsDays: 400 },
}

export interface Requests {
  reads: number
  lists: number
  writes: number
}

export type Asker = FunctionName | 'agents'
export type RequestsByAsker = Record<Asker, Requests>

/** A shard's state is read and written whole: more hosts than these take more shards. */
const hostsAShard = 700

/** What a new bucket for so many hosts should have, of the numbers that there are. */
export function shardsFor(hosts: number): ShardCount {
  return shardCounts.find((count) => hosts <= count * hostsAShard) ?? 256
}

const daySeconds = 86_400
const dayMinutes = 1_440
/** 730 hours. */
export const monthDays = 730 / 24

/** Blocks and bytes of the log that rollup takes together (functions/rollup/rollup.ts). */
const slice = { blocks: 500, bytes: 16 * 1024 * 1024 }
const listPage = 1_000
/** On the status page (functions/open/read-status.ts). */
const noticesShown = 20

/** A day, without starts of functions. */
export function requestsADay(load: Load, stack: StackFacts = usualStack): RequestsByAsker {
  const { hosts, shards, viewsADay, reportsADay } = load
  const { evaluate, notify, rollup } = stack.functions
  const { batches, commits, usedShards, slices } = rhythm(load, stack)
  const notices = 2 * incidentsADay(load)
  const rollups = Math.max(0, rollup.runsADay - 1)
  const heartbeats = Math.min(evaluate.runsADay, dayMinutes / 5)
  return {
    agents: { reads: 0, lists: 0, writes: batches },
    evaluate: {
      // What operators say; state of each shard; each batch, and the page that is replaced.
      reads: evaluate.runsADay * (1 + shards) + heartbeats + batches + commits,
      lists: evaluate.runsADay * shards,
      // Block, state and page; a copy of state a day.
      writes: 3 * commits + heartbeats + usedShards + notices,
    },
    notify: {
      // A notice stays open for a day, and each run looks at all that are.
      reads: notices * notify.runsADay,
      lists: notify.runsADay * Math.max(1, notices / listPage) + notices,
      writes: 3 * notices,
    },
    rollup: {
      // Each block; then, of the day and two hours, tables, rollups of three lengths, progress and the last day.
      reads: commits + rollups * (usedShards * (6 + 22 * slices) + 2 * (shards - usedShards)) + shards,
      lists: rollups * usedShards + 2 * shards,
      writes: rollups * usedShards * (1 + 9 * slices),
    },
    report: {
      reads: reportsADay * (4 + 27 * shards),
      lists: 0,
      writes: reportsADay * (9 + (hosts > hostsOnOnePage ? hosts : 0)),
    },
    // Now and the last day of each shard, notices of three days, what operators say, heartbeat and the list of reports.
    open: {
      reads: viewsADay * (3 + 2 * shards + Math.min(noticesShown, 3 * notices)),
      lists: viewsADay * 4,
      writes: 0,
    },
  }
}

/** Who starts asks as well: evaluate tries the store, all read the layout. So often a function was seen to start anew. */
const startsADay = 12
const requestsAtStarts: Requests = { reads: 5 * startsADay, lists: 0, writes: 5 * startsADay }

/** Bytes of a snapshot of a busy host (225 numbers), in a fleet of four: `npm run bench -- lake`, and a simulated day. */
const snapshotBytes = { log: 670, lake: 117 }
/** Of a host, a bucket of time: 29 series and eleven processes. */
const bucketBytes = { '5m': 450, '1h': 600, '1d': 1_900 }
/** A report: its page and pictures, and a page for each host above twelve. */
const reportBytes = { page: 900_000, host: 150_000 }
/** State, page, last day and checkpoints. */
const hostBytes = 60_000

/** Bytes that stay, once everything has been there for as long as it is kept. */
export function bytesKept(load: Load): Record<'log' | 'lake' | 'rollups' | 'reports' | 'state', number> {
  const { hosts, reportsADay, keep } = load
  const snapshots = snapshotsADay(load)
  const hostDay = (days: number, bucketsADay: number, bytes: number) => hosts * days * bucketsADay * bytes
  const { intervalSeconds } = load
  return {
    log: snapshots * keep.logDays * snapshotBytes.log,
    lake: snapshots * keep.hourlyDays * snapshotBytes.lake,
    rollups:
      hostDay(keep.hourlyDays, Math.min(288, daySeconds / intervalSeconds), bucketBytes['5m']) +
      hostDay(keep.hourlyDays, 24, bucketBytes['1h']) +
      hostDay(keep.dailyDays, 1, bucketBytes['1d']),
    reports:
      reportsADay * keep.reportsDays * (reportBytes.page + (hosts > hostsOnOnePage ? hosts * reportBytes.host : 0)),
    state: hosts * hostBytes,
  }
}

/** A request to S3 and its answer, from a function in its region; what follows one another is waited for. */
const answerSeconds = 0.03
/** CPU of a core here: `npm run bench -- fleet` for what grows with hosts, `lake` and `report` for what does not. */
const cpuSeconds = {
  batch: 0.0013,
  commit: 0.01,
  rolledSnapshot: 1 / 3_000,
  rolledShard: 0.3,
  report: 2,
  reportedHost: 0.005,
  view: 0.05,
  notice: 0.3,
}
/** Memory with which a function has a core of its own. https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html */
const coreMb = 1_769
const readsAtOnce = 32
const shardsAtOnce = { evaluate: 8, rollup: 2 }

export interface Run {
  runsADay: number
  /** Of one run, by the clock. */
  seconds: number
}

export function runsOf(load: Load, stack: StackFacts = usualStack): Record<FunctionName, Run> {
  const { hosts, shards, viewsADay, reportsADay } = load
  const { functions } = stack
  const { batches, commits, usedShards } = rhythm(load, stack)
  const run = (name: FunctionName, waits: number, cpu: number, runsADay = functions[name].runsADay): Run => ({
    runsADay,
    seconds: waits * answerSeconds + cpu * Math.max(1, coreMb / functions[name].memoryMb),
  })
  const each = (total: number, name: FunctionName) => total / Math.max(1, functions[name].runsADay)
  const notices = 2 * incidentsADay(load)
  const rounds = Math.ceil(shards / shardsAtOnce.evaluate)
  const waits =
    rounds * (3 + (6 * each(commits, 'evaluate')) / shards + each(batches, 'evaluate') / shards / readsAtOnce)
  const evaluateCpu = each(batches, 'evaluate') * cpuSeconds.batch + each(commits, 'evaluate') * cpuSeconds.commit
  const rollupCpu =
    each(snapshotsADay(load), 'rollup') * cpuSeconds.rolledSnapshot + usedShards * cpuSeconds.rolledShard
  const rollups = Math.ceil(shards / shardsARollup)
  const reports = reportsADay * (cpuSeconds.report + hosts * cpuSeconds.reportedHost)
  return {
    evaluate: run('evaluate', waits, evaluateCpu),
    notify: run(
      'notify',
      1 + each(notices * functions.notify.runsADay, 'notify') / 16,
      each(notices, 'notify') * cpuSeconds.notice,
      functions.notify.runsADay + notices,
    ),
    rollup: run(
      'rollup',
      Math.ceil(usedShards / rollups / shardsAtOnce.rollup) * 25,
      rollupCpu / rollups,
      functions.rollup.runsADay * rollups,
    ),
    report: run('report', each(reportsADay * (31 + hosts / 8), 'report'), each(reports, 'report')),
    open: run('open', 3, cpuSeconds.view, viewsADay),
  }
}

/** What a run of Lambda says of itself, and what ours does. */
const logBytesARun = 1_000
const alarmsToldAMonth = 10
const mailBytes = { notice: 60_000, report: 400_000 }

export const areas = ['requests', 'storage', 'functions', 'alarms', 'metrics', 'logs', 'secrets', 'mails'] as const
export type Area = (typeof areas)[number]

export interface MonthlyCost {
  dollars: number
  areas: Record<Area, number>
  /** Functions of which a run would take longer than it may: then there must be more memory, time or stacks. */
  tooLong: { name: FunctionName; seconds: number; timeoutSeconds: number }[]
}

export function monthlyCost(load: Load, stack: StackFacts = usualStack, prices: Prices = usEast1): MonthlyCost {
  const cost = (name: keyof Prices, units: number) => dollarsFor(prices, name, units)
  const requests = sum([...Object.values(requestsADay(load, stack)), requestsAtStarts])
  const runs = runsOf(load, stack)
  const byName = Object.entries(runs) as [FunctionName, Run][]
  const calls = total(byName.map(([, { runsADay }]) => runsADay)) * monthDays
  const gbSeconds =
    total(byName.map(([name, one]) => (one.runsADay * one.seconds * stack.functions[name].memoryMb) / 1_024)) *
    monthDays
  const notices = 2 * incidentsADay(load) * monthDays
  const reports = load.reportsADay * monthDays
  const logGb = (calls * logBytesARun) / 1e9
  const amounts: Record<Area, number> = {
    requests:
      cost('s3Write', (requests.writes + requests.lists) * monthDays) + cost('s3Read', requests.reads * monthDays),
    storage: cost('s3Storage', total(Object.values(bytesKept(load))) / 1024 ** 3),
    functions:
      cost('lambdaRequests', calls) +
      cost(stack.architecture === 'arm64' ? 'lambdaArm64' : 'lambdaX86', gbSeconds) +
      cost('schedulerRuns', stack.schedulerRunsADay * monthDays),
    alarms:
      cost('alarmMetrics', stack.alarmMetrics) +
      cost('topicPublishes', alarmsToldAMonth) +
      cost('topicMails', alarmsToldAMonth),
    metrics: cost('customMetrics', stack.customMetrics) + cost('dashboards', stack.dashboards),
    logs: cost('logsTaken', logGb) + cost('logsKept', logGb / 2),
    secrets: cost('secrets', stack.secrets) + cost('keys', stack.keys) + cost('keyCalls', 2 * alarmsToldAMonth),
    mails:
      cost('mails', notices + reports) +
      cost('mailData', (notices * mailBytes.notice + reports * mailBytes.report) / 1e9),
  }
  const tooLong = byName
    .map(([name, { seconds }]) => ({ name, seconds, timeoutSeconds: stack.functions[name].timeoutSeconds }))
    .filter(({ seconds, timeoutSeconds }) => seconds > timeoutSeconds)
  return { dollars: total(Object.values(amounts)), areas: amounts, tooLong }
}

/** How the day goes: hosts begin at any second, so that their batches spread over the minutes. */
function rhythm(load: Load, { functions: { evaluate, rollup } }: StackFacts) {
  const { hosts, shards, intervalSeconds, batch } = load
  const batches = snapshotsADay(load) / batch
  const inARun = Math.min(1, batches / Math.max(1, hosts) / evaluate.runsADay)
  // A shard commits in a run to which one of its hosts at least has sent; hosts are spread over shards by chance.
  const commits = evaluate.runsADay * shards * (1 - (1 - inARun / shards) ** hosts)
  const usedShards = shards * (1 - (1 - 1 / shards) ** hosts)
  const rollups = Math.max(1, rollup.runsADay - 1)
  const blocks = commits / Math.max(1, usedShards) / rollups
  const bytes = (daySeconds / intervalSeconds / rollups) * (hosts / Math.max(1, usedShards)) * snapshotBytes.log
  return {
    batches,
    commits,
    usedShards,
    slices: Math.max(1, Math.ceil(blocks / slice.blocks), Math.ceil(bytes / slice.bytes)),
  }
}

function snapshotsADay({ hosts, intervalSeconds }: Load): number {
  return (hosts * daySeconds) / intervalSeconds
}

function incidentsADay({ hosts, incidentsAMonthAndHost }: Load): number {
  return (hosts * incidentsAMonthAndHost) / monthDays
}

function sum(all: readonly Requests[]): Requests {
  return {
    reads: total(all.map(({ reads }) => reads)),
    lists: total(all.map(({ lists }) => lists)),
    writes: total(all.map(({ writes }) => writes)),
  }
}

function total(values: readonly number[]): number {
  return values.reduce((all, one) => all + one, 0)
}
