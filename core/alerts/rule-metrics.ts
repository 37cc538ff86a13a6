/**
 * What a rule can be about: the metrics that are rolled up and charted, and more that only rules use, since a series for
 * each core or process would fill the history.
 */
import { mostKnown, sumKnown } from '../known.ts'
import { type Metric, metrics, several, single, type Unit } from '../metrics.ts'
import type { DiskSample, InterfaceSample, ProcessSample, Snapshot } from '../snapshot.ts'
import type { Aggregation } from './rule.ts'

export const ruleEntities = ['mount', 'device', 'interface', 'core', 'process', 'sensor', 'watch'] as const
export type RuleEntity = (typeof ruleEntities)[number]

export type RuleMetric = Metric<RuleEntity>

const onlyOfRules = [
  several('core.percent', 'CPU core', '%', 'core', (s) =>
    (s.cpu.perCorePercent ?? []).map((percent, core) => [String(core), percent]),
  ),
  single('cpu.throttled', 'CPU throttled', '%', (s) => s.cpu.cgroupThrottledPercent),
  single('load.perCore', 'Load a core', 'load', ({ cpu: { load1, perCorePercent } }) =>
    load1 === undefined || !perCorePercent?.length ? undefined : load1 / perCorePercent.length,
  ),
  single('pressure.cpu', 'Waiting for CPU', '%', (s) => s.cpu.pressure?.some60Percent),
  single('pressure.memory', 'Waiting for memory', '%', (s) => s.memory.pressure?.some60Percent),
  single('pressure.io', 'Waiting for I/O', '%', (s) => s.ioPressure?.some60Percent),
  single('memory.available', 'Memory available', 'B', (s) => s.memory.availableBytes),
  disk('disk.free', 'Disk free', 'B', (d) => d.freeBytes),
  disk('disk.readOnly', 'Read-only file system', 'count', (d) => (d.readOnly ? 1 : 0)),
  network('net.errors', 'Network errors', (i) => sumKnown([i.receiveErrorsPerSecond, i.sendErrorsPerSecond])),
  network('net.drops', 'Network drops', (i) => sumKnown([i.receiveDropsPerSecond, i.sendDropsPerSecond])),
  // Several processes of one name are one entity: together, but for open files, whose limit each process has by itself.
  byProcess('process.cpu', 'Process CPU', '%', (all) => sumKnown(all.map(({ cpuPercent }) => cpuPercent))),
  byProcess('process.memory', 'Process memory', 'B', (all) => sumKnown(all.map(({ rssBytes }) => rssBytes))),
  byProcess('process.threads', 'Process threads', 'count', (all) => sumKnown(all.map(({ threads }) => threads))),
  byProcess('process.openFiles', 'Process open files', 'count', (all) =>
    mostKnown(all.map(({ openFiles }) => openFiles)),
  ),
  byProcess('process.openFilesPercent', 'Process open files', '%', (all) =>
    mostKnown(all.map(({ openFiles, openFilesLimit }) => share(openFiles, openFilesLimit))),
  ),
  several('process.count', 'Watched processes', 'count', 'watch', (s) => Object.entries(s.processes.watches ?? {})),
  single('processes.zombies', 'Zombies', 'count', (s) => s.processes.byStatus && (s.processes.byStatus.zombie ?? 0)),
  single('openFiles.percent', 'Open files', '%', (s) => share(s.openFiles?.used, s.openFiles?.limit)),
  several('sensor.celsius', 'Temperature', '°C', 'sensor', (s) =>
    (s.sensors ?? []).map(({ name, celsius }) => [name, celsius]),
  ),
  single('agent.dropped', 'Snapshots lost by the agent', 'count', (s) => s.agent?.droppedSnapshots),
  single('agent.waiting', 'Batches not yet sent', 'count', (s) => s.agent?.spoolBatches),
  single('agent.cpu', 'CPU of the agent', '%', (s) => s.agent?.cpuPercent),
  single('clock.offset', 'Clock behind the store', 'ms', (s) => s.agent?.clockOffsetMs),
] as const satisfies readonly RuleMetric[]

export const ruleMetrics = [...metrics, ...onlyOfRules] as const

export type RuleMetricId = (typeof ruleMetrics)[number]['id']

export const ruleMetricIds: readonly RuleMetricId[] = ruleMetrics.map(({ id }) => id)

const byId = new Map<string, RuleMetric>(ruleMetrics.map((metric) => [metric.id, metric]))

export function ruleMetricById(id: RuleMetricId): RuleMetric {
  const metric = byId.get(id)
  if (!metric) throw new Error(`no metric is called ${id}`)
  return metric
}

/** These go beyond 100 %: of a process 100 is one core busy. */
const beyondHundred: readonly RuleMetricId[] = ['process.cpu', 'agent.cpu']

/** Counts that begin with 0 again when who counts is started anew. */
const counters: readonly RuleMetricId[] = ['agent.dropped']

export function isCounter(id: RuleMetricId): boolean {
  return counters.includes(id)
}

/** What a rule's value is in: the metric's unit, and of `rate` that for each second. */
export function unitOfRule({ metric, agg }: { metric: RuleMetricId; agg: Aggregation }): Unit {
  const { unit } = ruleMetricById(metric)
  if (agg !== 'rate') return unit
  return unit === 'B' ? 'B/s' : '/s'
}

/** What a rule's value can be at all: beyond it a threshold is never crossed. */
export function rangeOfRule({ metric, agg }: { metric: RuleMetricId; agg: Aggregation }): {
  lowest: number
  highest: number
} {
  const { unit } = ruleMetricById(metric)
  const isSigned = unit === '°C' || metric === 'clock.offset'
  const lowest = isSigned ? Number.NEGATIVE_INFINITY : 0
  if (agg === 'rate') return { lowest: Number.NEGATIVE_INFINITY, highest: Number.POSITIVE_INFINITY }
  const top = metric === 'disk.readOnly' ? 1 : unit === '%' && !beyondHundred.includes(metric) ? 100 : undefined
  const highest = top ?? Number.POSITIVE_INFINITY
  return agg === 'delta' ? { lowest: lowest - highest, highest: highest - lowest } : { lowest, highest }
}

function disk<const Id extends string>(
  id: Id,
  title: string,
  unit: 'B' | 'count',
  value: (disk: DiskSample) => number | undefined,
) {
  return several(id, title, unit, 'mount', (s) => s.disks.map((one) => [one.mount, value(one)]))
}

function network<const Id extends string>(
  id: Id,
  title: string,
  value: (sample: InterfaceSample) => number | undefined,
) {
  return several(id, title, '/s', 'interface', (s) => s.interfaces.map((one) => [one.name, value(one)]))
}

function byProcess<const Id extends string>(
  id: Id,
  title: string,
  unit: '%' | 'B' | 'count',
  value: (processes: readonly ProcessSample[]) => number | undefined,
) {
  return several(id, title, unit, 'process', ({ processes }: Snapshot) =>
    [...Map.groupBy(processes.top, ({ name }) => name)].map(([name, all]) => [name, value(all)]),
  )
}

function share(used: number | undefined, limit: number | undefined): number | undefined {
  return used === undefined || !limit ? undefined : (100 * used) / limit
}
