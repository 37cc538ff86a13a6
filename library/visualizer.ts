/** Pictures and reports of what a bucket knows, without a monitor: the Python module's `MetricsVisualizer`. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { systemClock } from '../adapters/clock/system.ts'
import type { Settings } from '../core/settings.ts'
import type { Functions } from '../embedded/functions.ts'
import type { PictureName } from '../functions/report/draw.ts'
import { functionsOpener } from './functions.ts'
import { logOfTroubles } from './log.ts'
import { type MonitorOptions, settingsOfOptions } from './options.ts'

/** Where the history is, and where files go. What is left out is read from `MONITOR_…`, as a monitor does. */
export type VisualizerOptions = Pick<
  MonitorOptions,
  'bucket' | 'dataDirectory' | 'logDirectory' | 'thresholds' | 'settings' | 'log'
>

/** Which time, back from now (24 hours, where neither is said), of which hosts. */
export interface PlotOptions {
  hours?: number
  /** Instead of `hours`. */
  days?: number
  /** Default: all of the bucket. */
  hosts?: readonly string[]
  /** Of who reads it: IANA name (`MONITOR_TIME_ZONE`). */
  timeZone?: string
  /** BCP 47: how dates and numbers are written (`MONITOR_LOCALE`). */
  locale?: string
  /** Default: the log directory. */
  directory?: string
}

const hoursOfDay = 24

/**
 * Draws what the bucket's history has. Each file replaces the one of that name that was made before.
 *
 *     const visualizer = new MetricsVisualizer({ bucket: 's3://name/prefix' })
 *     console.log(await visualizer.plotSystemMetrics({ hours: 24 }))
 *
 * What has been evaluated is rolled up first; what waits in the inbox is not in it.
 */
export class MetricsVisualizer {
  readonly #settings: Settings
  readonly #openFunctions: () => Promise<Functions>

  /** Throws a `SettingsError` that names everything that is wrong with options and environment. */
  constructor(options: VisualizerOptions = {}) {
    this.#settings = settingsOfOptions(options, process.env)
    const log = options.log ?? logOfTroubles(this.#settings.timeZone)
    this.#openFunctions = functionsOpener({ settings: this.#settings, log })
  }

  /** CPU, memory, disk, load and network of one host; of several the worst ones' CPU, memory and disk. Resolves to the path of `system_metrics.png`. */
  plotSystemMetrics(options: PlotOptions = {}): Promise<string> {
    return this.#plot('system_metrics.png', options)
  }

  /** CPU and memory by process, of the one host or the worst. Resolves to the path of `process_metrics.png`. */
  plotProcessMetrics(options: PlotOptions = {}): Promise<string> {
    return this.#plot('process_metrics.png', options)
  }

  /** How many alerts began, by rule. Resolves to the path of `alerts.png`. */
  plotAlerts(options: PlotOptions = {}): Promise<string> {
    return this.#plot('alerts.png', options)
  }

  /** The whole report, with these pictures beside it. Resolves to the path of `metrics_report.html`. */
  async generateReport(options: PlotOptions = {}): Promise<string> {
    const request = await requestOf(options)
    const { writeReport } = await import('../embedded/report-files.ts')
    const directory = options.directory ?? this.#settings.logDir
    const { page } = await writeReport({ functions: await this.#openFunctions(), request, directory })
    return page
  }

  async #plot(name: PictureName, options: PlotOptions): Promise<string> {
    const request = await requestOf(options)
    const { rollup, makePicture } = await this.#openFunctions()
    await rollup({})
    const png = await makePicture(name, request)
    const folder = resolve(options.directory ?? this.#settings.logDir)
    await mkdir(folder, { recursive: true })
    const path = join(folder, name)
    await writeFile(path, png)
    return path
  }
}

async function requestOf({ hours, days, hosts, timeZone, locale }: PlotOptions) {
  if (hours !== undefined && days !== undefined) throw new TypeError('hours and days: expected one of them')
  const { parseRequest } = await import('../functions/report/handler.ts')
  const length = days === undefined ? hours : days * hoursOfDay
  const event = {
    ...(length === undefined ? {} : { hours: length }),
    ...(hosts ? { hosts: [...hosts] } : {}),
    ...(timeZone === undefined ? {} : { timeZone }),
    ...(locale === undefined ? {} : { locale }),
  }
  return parseRequest(event, systemClock.now())
}
