/**
 * The three logs of the Python module, a JSON object a line: system_metrics.log (the host), app_metrics.log (its processes
 * and the agent itself), alerts.log (thresholds crossed here, what custom checks found, and what became
 * of watched processes).
 */
import { join } from 'node:path'
import type { Clock } from '../../adapters/clock/port.ts'
import type { Log } from '../../adapters/log/port.ts'
import type { Settings } from '../../core/settings.ts'
import type { Snapshot } from '../../core/snapshot.ts'
import type { FindingChange } from '../checks/checks.ts'
import { logFileNames } from './file-names.ts'
import { createRotatingFile } from './rotating-file.ts'
import type { Crossing } from './thresholds.ts'

export interface MetricLogs {
  name: string
  observe(seen: { snapshot: Snapshot; crossings: readonly (Crossing | FindingChange)[] }): void
}

export interface MetricLogsOptions {
  settings: Pick<Settings, 'logDir' | 'logMaxBytes' | 'logKeep' | 'logRotateEveryMs' | 'logMaxAgeMs' | 'host'>
  clock: Clock
  log: Log
}

export function openMetricLogs({ settings, clock, log }: MetricLogsOptions): MetricLogs {
  const { logDir, logMaxBytes, logKeep, logRotateEveryMs, logMaxAgeMs, host } = settings
  const bounds = { maxBytes: logMaxBytes, keep: logKeep, everyMs: logRotateEveryMs, maxAgeMs: logMaxAgeMs }
  const file = (name: string) => createRotatingFile({ path: join(logDir, name), ...bounds, clock, log })
  const system = file(logFileNames.system)
  const app = file(logFileNames.app)
  const alerts = file(logFileNames.alerts)
  return {
    name: 'the logs',
    observe: ({ snapshot: { kind: _, processes, agent, events = [], ...rest }, crossings }) => {
      const time = new Date(rest.observedAtMs).toISOString()
      system.write({ time, host, ...rest })
      app.write({ time, host, processes, agent })
      for (const crossing of crossings) alerts.write({ time, host, ...crossing })
      for (const event of events) alerts.write({ time, host, ...event })
    },
  }
}
