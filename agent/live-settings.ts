/** Other settings for an agent that runs: which of them it can take, and which only a start can. */
import { isDeepStrictEqual } from 'node:util'
import { type Settings, settings as settingTable } from '../core/settings.ts'

/** What is read anew for each snapshot and batch, or can be opened again. */
const live = [
  'intervalMs',
  'batchSnapshots',
  'tags',
  'topProcesses',
  'topOpenFiles',
  'watches',
  'pss',
  'sensors',
  'maxCpuPercent',
  'cpuThreshold',
  'memoryThreshold',
  'diskThreshold',
  'spoolMaxBytes',
  'spoolMaxAgeMs',
  'stopWithinMs',
  'logDir',
  'logMaxBytes',
  'logKeep',
  'logRotateEveryMs',
  'logMaxAgeMs',
] as const satisfies readonly (keyof Settings)[]

const ofCollector = ['topProcesses', 'topOpenFiles', 'watches', 'pss', 'sensors'] as const
const ofThresholds = ['cpuThreshold', 'memoryThreshold', 'diskThreshold'] as const

export interface Change {
  /** What holds from now on. */
  settings: Settings
  /** Names of settings that have changed. */
  taken: string[]
  /** Names of settings that were changed, and keep their value until the next start. */
  atNextStart: string[]
}

export function changeBetween(before: Settings, asked: Settings): Change {
  const keys = Object.keys(settingTable) as (keyof Settings)[]
  const changed = keys.filter((key) => !isDeepStrictEqual(before[key], asked[key]))
  const isLive = (key: keyof Settings) => (live as readonly string[]).includes(key)
  const namesOf = (some: readonly (keyof Settings)[]) => some.map((key) => settingTable[key].name)
  return {
    settings: { ...before, ...Object.fromEntries(live.map((key) => [key, asked[key]])) },
    taken: namesOf(changed.filter(isLive)),
    atNextStart: namesOf(changed.filter((key) => !isLive(key))),
  }
}

export function needsCollector(before: Settings, after: Settings): boolean {
  return ofCollector.some((key) => !isDeepStrictEqual(before[key], after[key]))
}

export function needsThresholds(before: Settings, after: Settings): boolean {
  return ofThresholds.some((key) => before[key] !== after[key])
}
