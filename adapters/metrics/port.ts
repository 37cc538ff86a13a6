import type { MetricUnit } from '../../core/host-metrics.ts'

/** Metrics as the domain hands them out. */
export interface MetricPoint {
  name: string
  unit: MetricUnit
  dimensions: Readonly<Record<string, string>>
  /** Start of the span in which all its values were observed; milliseconds since the epoch, UTC. */
  startMs: number
  /** Length of that span. */
  resolutionSeconds: 1 | 60
  values: number[]
}

export interface MetricSink {
  /** For people: `CloudWatch CWAgent in eu-west-1`. */
  readonly destination: string
  /** Doesn't reject: what becomes of each point is in the outcome. A value that is sent twice counts twice. */
  send(points: readonly MetricPoint[], options: { signal: AbortSignal }): Promise<MetricOutcome>
}

export interface MetricOutcome {
  /** Why not all were taken; absent: they were. */
  failure?: string
  /** Nobody has these, and they may be sent again. */
  unsent: MetricPoint[]
  /** Values that will not be sent again: refused for what they are, or it isn't known whether they were taken. */
  lostValues: number
}
