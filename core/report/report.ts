/**
 * The report as a value: report.json, as `docs/report.schema.json` describes it. Every page, chart and text is a view of it. Times are milliseconds UTC; the time zone
 * is the reader's. What is not known is absent.
 */
import type { Severity } from '../alerts/rule.ts'
import type { ChangeKind } from '../change.ts'
import type { SeriesKey } from '../metrics.ts'
import type { Resolution } from '../rollup/rollup-keys.ts'
import type { Settings } from '../settings.ts'
import type { HostFacts } from '../snapshot.ts'

export const reportVersion = 1

/** More make a page that nobody scrolls through: then each has one of its own. */
export const hostsOnOnePage = 12

export interface Report {
  v: typeof reportVersion
  generatedAtMs: number
  /** IANA name. */
  timeZone: string
  /** The reader's, BCP 47; absent: dates as 2026-11-23 14:03, numbers as 12,345.6. */
  locale?: string
  period: { fromMs: number; toMs: number }
  /** `key=value`, by which its hosts were chosen; absent: by name, or all. */
  tags?: string[]
  /** Length of one point of the series. */
  resolution: Resolution
  thresholds: Thresholds
  /** One sentence that says it all. */
  summary: string
  /** Absent: not counted. */
  cost?: ReportCost
  /** Worst first. */
  hosts: HostReport[]
  /** Begin of each slot, the same for all series of the report. */
  slots: number[]
  /** What could not be had, in words: charts that failed, objects that are damaged. */
  problems: string[]
}

/** What making and publishing the report took of the store. */
export interface ReportCost {
  /** Objects asked for. */
  reads: number
  /** Pages of listings. */
  lists: number
  /** Objects written. */
  writes: number
  /** US cents that S3 takes for them in us-east-1; absent: the store takes nothing. */
  cents?: number
}

export interface Thresholds {
  cpuPercent: number
  memoryPercent: number
  diskPercent: number
}

export function thresholdsOf({
  cpuThreshold: cpuPercent,
  memoryThreshold: memoryPercent,
  diskThreshold: diskPercent,
}: Pick<Settings, 'cpuThreshold' | 'memoryThreshold' | 'diskThreshold'>): Thresholds {
  return { cpuPercent, memoryPercent, diskPercent }
}

export interface HostReport {
  host: string
  /** As the report is made; absent: nothing is known of it now. */
  now?: HostPresence
  coverage: Coverage
  /** Absent: none of its time counts. */
  availability?: Availability
  metrics: MetricReport[]
  processes: ProcessReport[]
  /** Open ones first, then the newest; also what began before the period. */
  alerts: AlertReport[]
  gaps: GapReport[]
  /** Disks that will be full, soonest first; absent: none that is known of. */
  forecasts?: ForecastReport[]
  /** Processes whose memory grew steadily, fastest first; absent: none. */
  leaks?: LeakReport[]
  /** Processes whose threads or open files grew steadily, fastest first; absent: none. */
  growths?: GrowthReport[]
  /** Thresholds that mail too often, or that nothing reached; absent: nothing useful to say. */
  advice?: AdviceReport[]
  /** What became another, came or went, newest first; absent: nothing that is known of. */
  changes?: ChangeReport[]
  /** What the agent could not read; absent: all could be read. */
  unavailable?: UnavailableReport[]
}

export interface HostPresence {
  facts: HostFacts
  agentVersion: string
  memoryBytes?: number
  /** Since boot, at the newest snapshot. */
  uptimeMs?: number
  lastEventMs?: number
  /** The agent said goodbye then, and has been silent since. */
  stoppedAtMs?: number
}

/** How many of the snapshots that were planned are there. */
export interface Coverage {
  snapshots: number
  /** Of the times that are over; absent: no snapshot said how often they come. */
  expected?: number
  /** 0 to 100. */
  percent?: number
}

/** Down is a host while its host-down alert is open; a gap of another kind is none. */
export interface Availability {
  /** 0 to 100. */
  percent: number
  downMs: number
  outages: number
}

/** If the disk goes on as it did in the period. */
export interface ForecastReport {
  mount: string
  /** At the end of the period. */
  usedPercent: number
  /** Percentage points. */
  percentPerDay: number
  fullAtMs: number
  /** By the faster and by the slower half of the period. */
  earliestMs: number
  latestMs: number
}

/** Resident memory of all processes of one name, along the line that fits it best. */
export interface LeakReport {
  name: string
  bytesPerHour: number
  fromBytes: number
  toBytes: number
  /** How much of its ups and downs the line explains, 95 to 100. */
  confidencePercent: number
}

/** All processes of one name, along the line that fits best. */
export interface GrowthReport {
  name: string
  what: 'threads' | 'openFiles'
  perHour: number
  from: number
  to: number
  /** How much of its ups and downs the line explains, 95 to 100. */
  confidencePercent: number
}

/** Changes of one kind and subject together. */
export interface ChangeReport {
  what: ChangeKind | 'process-new' | 'process-gone'
  /** A mount or the name of a process; absent: the host. */
  subject?: string
  /** Before the first and after the last of them, where it is a value that changed. */
  before?: string
  after?: string
  count: number
  firstMs: number
  lastMs: number
}

/** What another threshold would have meant in this period. */
export interface AdviceReport {
  metric: string
  entity: string
  /** As it is set. */
  threshold: number
  /** Alerts that began in the period. */
  mails: number
  better: number
  /** Counted on the means of the report's slots: what is over within one is not seen. */
  wouldBeMails: number
  p95: number
}

export interface MetricReport {
  series: SeriesKey
  metric: string
  /** '' where there is one value. */
  entity: string
  mean: number
  max: number
  min: number
  /** Off by 1 % of itself at most. */
  p95: number
  last: number
  /** Mean of this period less that of the one before; absent when that has no data. */
  change?: number
  /** A point a slot: the mean in it; null where there is no data. */
  points: (number | null)[]
}

/** All processes of one name together. */
export interface ProcessReport {
  name: string
  /** Mean while it was among the top; 100 is one core. */
  cpuPercentMean: number
  cpuPercentMax: number
  rssBytesMean: number
  rssBytesMax: number
  threadsMax: number
  openFilesMax?: number
  instancesMax: number
  /** Share of the snapshots in which it was among the top, 0 to 100. */
  seenPercent: number
  cpuPoints: (number | null)[]
  rssPoints: (number | null)[]
}

export interface AlertReport {
  incident: string
  rule: string
  entity: string
  severity: Severity
  startedAtMs: number
  /** Absent: open at the end of the period. */
  endedAtMs?: number
  reason: string
  value?: number
  /** The busiest process when it fired. */
  topProcess?: string
}

/** Times without data: told by the agent that lost it, found by evaluate, or seen in the history, to a slot's length. */
export interface GapReport {
  fromMs: number
  toMs: number
  /** Absent: nobody knows how many. */
  snapshots?: number
  reason: string
}

/** A value that snapshots of the period lack. */
export interface UnavailableReport {
  subject: string
  reason: string
  /** First and last snapshot of the period without it. */
  firstMs: number
  lastMs: number
  /** Of the snapshots, 0 to 100. */
  percent: number
}
