/**
 * The three logs of the Python module, a JSON object a line: system_metrics.log (the host), app_metrics.log (its processes
 * and the agent itself), alerts.log (thresholds crossed here, and what custom checks found).
 */
import { join } from 'node:path'
import type { Log } from '../../adapters/log/port.ts'
import type { Settings } from '../../core/settings.ts'
import type { Snapshot } from '../../core/snapshot.ts'
import type { FindingChange } from '../checks/checks.ts'
import { createRotatingFile } from './rotating-file.ts'
import type { Crossing } from './thresholds.ts'

export interface MetricLogs {
  name: string
  observe(seen: { snapshot: Snapshot; crossings: readonly (Crossing | FindingChange)[] }): void
}

export function openMetricLogs({
  settings: { logDir, logMaxBytes, logKeep, host },
  log,
}: {
  settings: Pick<Settings, 'logDir' | 'logMaxBytes' | 'logKeep' | 'host'>
  log: Log
}): MetricLogs {
  const file = (name: string) =>
    createRotatingFile({ path: join(logDir, name), maxBytes: logMaxBytes, keep: logKeep, log })
  const system = file('system_metrics.log')
  const app = file('app_metrics.log')
  const alerts = file('alerts.log')
  return {
    name: 'the logs',
    observe: ({ snapshot: { kind: _, processes, agent, ...rest }, crossings }) => {
      const time = new Date(rest.observedAtMs).toISOString()
      system.write({ time, host, ...rest })
      app.write({ time, host, processes, agent })
      for (const crossing of crossings) alerts.write({ time, host, ...crossing })
    },
  }
}
