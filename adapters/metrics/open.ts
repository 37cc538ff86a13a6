import type { Settings } from '../../core/settings.ts'
import type { Clock } from '../clock/port.ts'
import type { MetricSink } from './port.ts'

export interface OpenMetricsOptions {
  settings: Pick<Settings, 'cloudwatch' | 'cloudwatchNamespace'>
  clock: Clock
}

/** Absent unless it is asked for. */
export async function openMetrics({ settings, clock }: OpenMetricsOptions): Promise<MetricSink | undefined> {
  if (!settings.cloudwatch) return undefined
  // Loaded where it is used: the SDK costs time and memory that nobody else should pay.
  const { createCloudWatchSink } = await import('./cloudwatch.ts')
  return await createCloudWatchSink({ namespace: settings.cloudwatchNamespace, clock })
}
