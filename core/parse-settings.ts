/** Settings as the environment has them, or all that is wrong with them at once. */
import { pathToFileURL } from 'node:url'
import { type Setting, type Settings, settingDescriptions, settings } from './settings.ts'
import { nearestWord } from './spelling.ts'

export interface SettingProblem {
  name: string
  value: string
  expected: string
}

type Values = { [Key in keyof Settings]: Settings[Key] | undefined }

/** What the machine supplies where the environment says nothing. */
export interface Surroundings {
  env: Readonly<Record<string, string | undefined>>
  hostname: string
  timeZone: string
  /** Resolves a relative path against the working directory. */
  resolvePath(path: string): string
}

/** All settings, or every problem in them: place, value and what was expected. */
export function parseSettings({
  env,
  hostname,
  timeZone: zone,
  resolvePath,
}: Surroundings): { ok: true; settings: Settings } | { ok: false; problems: SettingProblem[] } {
  const problems: SettingProblem[] = []
  const read = <T>({ name, defaultText, parse }: Setting<T>): T | undefined => {
    const given = env[name]
    const value = given === undefined || given === '' ? defaultText : given
    if (value === '') return undefined
    const parsed = parse(value)
    if (parsed.ok) return parsed.value
    problems.push({ name, value: withoutPassword(value), expected: parsed.expected })
    return undefined
  }
  const values = Object.fromEntries(
    Object.entries(settings).map(([key, entry]) => [key, read(entry as Setting<unknown>)]),
  ) as Values
  for (const name of Object.keys(env)) {
    const meant = misspelt(name)
    if (meant)
      problems.push({
        name,
        value: withoutPassword(env[name] ?? ''),
        expected: `a setting that exists; is ${meant} meant?`,
      })
  }
  if (problems.length === 0) problems.push(...contradictions(values))
  if (problems.length > 0) return { ok: false, problems }
  const dataDir = resolvePath(values.dataDir ?? '')
  const bucketUrl = values.bucketUrl ?? pathToFileURL(`${dataDir}/bucket`).href
  const defined = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined))
  return {
    ok: true,
    settings: {
      ...(defined as unknown as Settings),
      dataDir,
      bucketUrl,
      logDir: resolvePath(values.logDir ?? ''),
      host: values.host ?? hostname,
      tags: values.tags ?? {},
      watches: values.watches ?? [],
      batchSnapshots: values.batchSnapshots || (bucketUrl.startsWith('file:') ? 1 : 5),
      timeZone: values.timeZone ?? zone,
      mail: values.mail ?? (values.smtpUrl === undefined ? 'file' : 'smtp'),
    },
  }
}

/** Values that are good each by itself, and not together. */
function contradictions({ mail, smtpUrl }: Values): SettingProblem[] {
  if (mail !== 'smtp' || smtpUrl !== undefined) return []
  return [{ name: 'MONITOR_MAIL', value: mail, expected: 'MONITOR_SMTP_URL beside it' }]
}

/** All of them, a line each. */
export function formatProblems(problems: readonly SettingProblem[]): string {
  const lines = problems.map(({ name, value, expected }) => `  ${name}=${value}: expected ${expected}`)
  return [`${problems.length === 1 ? 'A setting is' : `${problems.length} settings are`} wrong:`, ...lines].join('\n')
}

/** Never shows what stands between `:` and `@` of a URL. */
export function withoutPassword(value: string): string {
  return value.replace(/^([a-z][a-z0-9+.-]*:\/\/[^:/@\s]*):.*@/i, '$1:***@')
}

/** The setting that an unknown `MONITOR_…` name nearly is; names that are far from all may belong to somebody else. */
function misspelt(name: string): string | undefined {
  const known = settingDescriptions.map((setting) => setting.name)
  return name.startsWith('MONITOR_') && !known.includes(name) ? nearestWord(name, known, 3) : undefined
}
