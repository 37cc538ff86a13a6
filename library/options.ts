/** The options of a monitor: the environment's settings, and over them what the program says. */
import type { Log } from '../adapters/log/port.ts'
import { limits } from '../core/limits.ts'
import { formatProblems, type SettingProblem } from '../core/parse-settings.ts'
import type { Settings } from '../core/settings.ts'
import { nearestWord } from '../core/spelling.ts'
import { settingsOf } from '../embedded/settings.ts'
import type { Check } from './findings.ts'

/** Every option may be left out: then the environment's `MONITOR_…` counts, and then the default of that setting. */
export interface MonitorOptions {
  /** Seconds between snapshots (`MONITOR_INTERVAL`, 60). */
  intervalSeconds?: number
  /** Above these an alert fires, in percent: CPU and memory as the mean over their windows, disks at once. */
  thresholds?: {
    /** `MONITOR_CPU_THRESHOLD`, 80. */
    cpuPercent?: number
    /** `MONITOR_MEMORY_THRESHOLD`, 85. */
    memoryPercent?: number
    /** `MONITOR_DISK_THRESHOLD`, 90. */
    diskPercent?: number
  }
  /** Where snapshots go: `s3://name/prefix` or `file:///path` (`MONITOR_BUCKET`; default: `bucket/` in `dataDirectory`). */
  bucket?: string
  /** Spool and, by default, the bucket (`MONITOR_DATA_DIR`, `vitals-data`). One monitor has it at a time. */
  dataDirectory?: string
  /** Logs, mails as files, and reports (`MONITOR_LOG_DIR`, `logs`). */
  logDirectory?: string
  /** This host's name (`MONITOR_HOST`; default: the machine's). */
  host?: string
  /** Tags of this host (`MONITOR_TAGS`). */
  tags?: Readonly<Record<string, string>>
  /** Any other setting, by its name: `{ MONITOR_MAIL_TO: 'ops@example.com' }`. */
  settings?: Readonly<Record<string, string | number | boolean>>
  /** Functions that look at every snapshot; what they find becomes an alert. At most 32. */
  checks?: readonly Check[]
  /**
   * Decide and tell here, too: evaluate, notify, rollups and the daily report run in this process, as `vitals up` has
   * them. Default: where the bucket is a directory. With a bucket in S3 others do it, and this process only sends.
   */
  functions?: boolean
  /** False: the monitor keeps no process from ending. Default: true, as with a server. */
  keepAlive?: boolean
  /** Gets what the monitor has to say of itself; `console` will do. Default: warnings and errors, on standard error. */
  log?: Log
}

/** Options or settings are wrong: all of them are told. */
export class SettingsError extends Error {
  /** Where, what was said there, and what was expected. */
  readonly problems: readonly SettingProblem[]

  constructor(problems: readonly SettingProblem[]) {
    super(formatProblems(problems))
    this.name = 'SettingsError'
    this.problems = problems
  }
}

/** What stands for which setting. */
const settingOfOption = {
  intervalSeconds: { setting: 'MONITOR_INTERVAL', type: 'number' },
  'thresholds.cpuPercent': { setting: 'MONITOR_CPU_THRESHOLD', type: 'number' },
  'thresholds.memoryPercent': { setting: 'MONITOR_MEMORY_THRESHOLD', type: 'number' },
  'thresholds.diskPercent': { setting: 'MONITOR_DISK_THRESHOLD', type: 'number' },
  bucket: { setting: 'MONITOR_BUCKET', type: 'string' },
  dataDirectory: { setting: 'MONITOR_DATA_DIR', type: 'string' },
  logDirectory: { setting: 'MONITOR_LOG_DIR', type: 'string' },
  host: { setting: 'MONITOR_HOST', type: 'string' },
} as const

const typeOfOther = { tags: 'object', settings: 'object', functions: 'boolean', keepAlive: 'boolean' } as const
const otherOptions = [...Object.keys(typeOfOther), 'thresholds', 'checks', 'log']

const mostChecks = limits.findingsPerSnapshot / 2
const misspellingEdits = 3

/** Throws a `SettingsError` that names every problem where it was said: `intervalSeconds`, or `MONITOR_INTERVAL`. */
export function settingsOfOptions(
  options: MonitorOptions,
  env: Readonly<Record<string, string | undefined>>,
): Settings {
  const given = flattened(options)
  const problems = [...unknownOptions(given), ...wrongTypes(given), ...wrongChecks(options.checks)]
  const said = saidAs(given, options)
  const read = settingsOf({ ...env, ...said.settings })
  const found = read.ok ? [] : read.problems
  // What has the wrong type is told as that, and not once more as a wrong value.
  const told = new Set(problems.map(({ name }) => name))
  const named = found.map((one) => ({ ...one, name: said.names[one.name] ?? one.name }))
  problems.push(...named.filter(({ name }) => !told.has(name)))
  if (!read.ok || problems.length > 0) throw new SettingsError(problems)
  return read.settings
}

/** By path: `thresholds.cpuPercent`. What is undefined was not said. */
function flattened({ thresholds, ...options }: MonitorOptions): Map<string, unknown> {
  const isObject = typeof thresholds === 'object' && thresholds !== null
  const inner = isObject ? Object.entries(thresholds).map(([name, value]) => [`thresholds.${name}`, value]) : []
  const outer = isObject || thresholds === undefined ? [] : [['thresholds', thresholds]]
  const all = [...Object.entries(options), ...outer, ...inner] as [string, unknown][]
  return new Map(all.filter(([, value]) => value !== undefined))
}

function unknownOptions(given: ReadonlyMap<string, unknown>): SettingProblem[] {
  const known = [...Object.keys(settingOfOption), ...otherOptions]
  return [...given]
    .filter(([name]) => !known.includes(name))
    .map(([name, value]) => {
      const meant = nearestWord(name, known, misspellingEdits)
      const hint = meant === undefined ? `; there are ${known.join(', ')}` : `; is ${meant} meant?`
      return { name, value: shown(value), expected: `an option that exists${hint}` }
    })
}

function wrongTypes(given: ReadonlyMap<string, unknown>): SettingProblem[] {
  const types: Record<string, string> = { ...typeOfOther, thresholds: 'object' }
  for (const [name, { type }] of Object.entries(settingOfOption)) types[name] = type
  return [...given].flatMap(([name, value]) => {
    const expected = Object.hasOwn(types, name) ? types[name] : undefined
    const is = value === null ? 'null' : typeof value
    return expected === undefined || is === expected
      ? []
      : [{ name, value: shown(value), expected: `${expected === 'object' ? 'an' : 'a'} ${expected}` }]
  })
}

function wrongChecks(checks: unknown): SettingProblem[] {
  if (checks === undefined) return []
  const isGood = Array.isArray(checks) && checks.every((check) => typeof check === 'function')
  if (!isGood) return [{ name: 'checks', value: shown(checks), expected: 'a list of functions' }]
  if (checks.length <= mostChecks) return []
  return [{ name: 'checks', value: `${checks.length} functions`, expected: `at most ${mostChecks}` }]
}

/** As the environment would say it, and how each was really said. */
function saidAs(given: ReadonlyMap<string, unknown>, { tags, settings }: MonitorOptions) {
  const said: Record<string, string> = {}
  const names: Record<string, string> = {}
  for (const [name, value] of Object.entries(settings ?? {})) said[name] = String(value)
  if (typeof tags === 'object' && tags !== null) {
    said.MONITOR_TAGS = Object.entries(tags)
      .map(([name, value]) => `${name}=${value}`)
      .join(',')
    names.MONITOR_TAGS = 'tags'
  }
  for (const [name, { setting }] of Object.entries(settingOfOption)) {
    if (!given.has(name)) continue
    said[setting] = String(given.get(name))
    names[setting] = name
  }
  return { settings: said, names }
}

const shownLength = 60

function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value))
  return text.slice(0, shownLength)
}
