/**
 * Settings in a file: `KEY=value` lines as systemd's EnvironmentFile has them, with comments (`#`, `;`) and values in single
 * or double quotes. Nothing is expanded; a setting stands on one line, once.
 */
import { type SettingProblem, withoutPassword } from './parse-settings.ts'
import { settingDescriptions, settings } from './settings.ts'
import { nearestWord } from './spelling.ts'

export interface SettingsFile {
  /** By the names of the environment. */
  said: Record<string, string>
  /** Where each was said: `/etc/vitals/agent.conf:3`. */
  places: Record<string, string>
}

/** A file of settings is some lines: what is larger is something else. */
export const settingsFileMaxBytes = 1024 * 1024

/** All that is said, and every line that is wrong: with one of those, nothing of the file may be used. */
export function parseSettingsFile(text: string, path: string): { file: SettingsFile; problems: SettingProblem[] } {
  const file: SettingsFile = { said: {}, places: {} }
  const problems: SettingProblem[] = []
  for (const [index, line] of text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .entries()) {
    const place = `${path}:${index + 1}`
    const trimmed = line.trim()
    if (trimmed === '' || trimmed.startsWith('#') || trimmed.startsWith(';')) continue
    const [, name = '', written = ''] = /^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/s.exec(trimmed) ?? []
    const value = unquoted(written)
    const expected = name === '' ? 'KEY=value, or # before a comment' : (nameProblem(name, file) ?? valueProblem(value))
    if (expected !== undefined) {
      // What is not ours may be a secret.
      const said = name.startsWith('MONITOR_') ? written : name === '' ? (trimmed.split('=')[0] ?? '') : '***'
      problems.push({ name: name === '' ? place : `${place} ${name}`, value: shown(said), expected })
      continue
    }
    file.said[name] = value ?? ''
    file.places[name] = `${place} ${name}`
  }
  return { file, problems }
}

function nameProblem(name: string, { places }: SettingsFile): string | undefined {
  const known = settingDescriptions.map((setting) => setting.name)
  if (name === settings.configFile.name) return 'it in the environment: a file names no other'
  if (Object.hasOwn(places, name)) return `it once; it stands at ${places[name]?.split(' ')[0]} already`
  if (known.includes(name)) return undefined
  if (!name.startsWith('MONITOR_')) return 'a setting that begins with MONITOR_; all else belongs into the environment'
  const meant = nearestWord(name, known, 3)
  return `a setting that exists${meant === undefined ? '; --help lists them' : `; is ${meant} meant?`}`
}

function valueProblem(value: string | undefined): string | undefined {
  if (value === undefined) return 'a value whose quotes are closed, and that stands on one line'
  // biome-ignore lint/suspicious/noControlCharactersInRegex: refusing them is the point
  return /[\u0000-\u0008\u000a-\u001f\u007f\ufffd]/.test(value) ? 'text in UTF-8 without control characters' : undefined
}

/** Undefined: it is opened and not closed. */
function unquoted(written: string): string | undefined {
  const quote = written[0]
  if (quote !== '"' && quote !== "'") return written.endsWith('\\') ? undefined : written
  const [, inner] = (quote === '"' ? /^"((?:[^"\\]|\\.)*)"$/s : /^'([^']*)'$/s).exec(written) ?? []
  return quote === '"' ? inner?.replace(/\\(["\\$`])/g, '$1') : inner
}

const shownLength = 100

/** Whatever stands there, in a message: no secret, no page of it. */
function shown(value: string): string {
  const [, quote = '', rest = ''] = /^(["']?)(.*)$/s.exec(value) ?? []
  const text = `${quote}${withoutPassword(rest)}`
  return text.length > shownLength ? `${text.slice(0, shownLength)}…` : text
}
