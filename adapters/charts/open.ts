import type { Clock, Random } from '../clock/port.ts'
import type { Log } from '../log/port.ts'
import { createEmbeddedRenderer } from './embedded.ts'
import { createFallbackRenderer } from './fallback.ts'
import type { ChartRenderer } from './port.ts'
import { createQuickChartRenderer, isHosted } from './quickchart.ts'

/** Drawn here; or by the QuickChart server that is set, and here when that one fails. */
export function openCharts({
  quickchartUrl,
  clock,
  random,
  log,
}: {
  quickchartUrl?: string
  clock: Clock
  random: Random
  log: Log
}): ChartRenderer {
  const embedded = createEmbeddedRenderer()
  if (quickchartUrl === undefined) return embedded
  if (isHosted(quickchartUrl)) {
    log.warn('charts are drawn by quickchart.io: names and figures of hosts leave this machine', {
      setting: 'MONITOR_QUICKCHART_URL',
      url: quickchartUrl,
    })
  }
  const quickchart = createQuickChartRenderer({ url: quickchartUrl, clock, random })
  return createFallbackRenderer({ renderers: [quickchart, embedded], clock, log })
}
