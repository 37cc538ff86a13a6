/** What was said of settings, by the names of the environment: in a file, over it in the environment, over that in options. */
import { readFileSync, statSync } from 'node:fs'
import type { SettingProblem } from '../core/parse-settings.ts'
import { settings as settingTable } from '../core/settings.ts'
import { parseSettingsFile, type SettingsFile, settingsFileMaxBytes } from '../core/settings-file.ts'
import type { Parsed } from './options.ts'

export interface Said {
  values: Readonly<Record<string, string | undefined>>
  /** Where a setting was said: `--port`, `MONITOR_PORT`, or `/etc/vitals/agent.conf:3 MONITOR_PORT`. */
  placeOf(name: string): string
  /** Of the file itself. */
  problems: readonly SettingProblem[]
}

export function readSaid(
  env: Readonly<Record<string, string | undefined>>,
  { settings: given, flags }: Pick<Parsed, 'settings' | 'flags'>,
): Said {
  const { file, problems } = readFile(env[settingTable.configFile.name] ?? '')
  const overFile = Object.fromEntries(Object.entries({ ...env, ...given }).filter(([, value]) => value))
  return {
    values: { ...file.said, ...overFile },
    placeOf: (name) => flags[name] ?? (overFile[name] === undefined ? (file.places[name] ?? name) : name),
    problems,
  }
}

const nothing: SettingsFile = { said: {}, places: {} }

function readFile(path: string): { file: SettingsFile; problems: SettingProblem[] } {
  if (path === '') return { file: nothing, problems: [] }
  const problem = (expected: string) => ({
    file: nothing,
    problems: [{ name: settingTable.configFile.name, value: path, expected }],
  })
  try {
    const { size } = statSync(path)
    if (size > settingsFileMaxBytes) return problem(`a file of at most ${settingsFileMaxBytes} bytes; it has ${size}`)
    return parseSettingsFile(readFileSync(path, 'utf8'), path)
  } catch (error) {
    return problem(`a file that can be read: ${(error as Error).message}`)
  }
}
