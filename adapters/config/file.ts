/** vitals.yml from a file: all that is wrong with it at once, each with line, column, value and what was expected. */
import { readFile, stat } from 'node:fs/promises'
import { type ConfigDefaults, parseConfig, type SaidKeys, type VitalsConfig } from '../../core/config/config.ts'
import { type Path, printPath } from '../../core/config/problem.ts'
import { settings } from '../../core/settings.ts'
import type { Place } from './yaml.ts'

export interface PlacedProblem extends Place {
  /** `rules[2].threshold`; `the file` of all of it. */
  path: string
  value?: string
  expected: string
}

export type LoadedConfig =
  | {
      ok: true
      config: VitalsConfig
      said: SaidKeys
      /** Absent: there is no file. */
      file?: { path: string; placeOf(path: Path): Place }
    }
  | { ok: false; problems: PlacedProblem[] }

const maxBytes = 1024 * 1024

/** Throws where the file can't be read. That there is none is no problem where none was named. */
export async function loadConfig(path: string, defaults: ConfigDefaults): Promise<LoadedConfig> {
  const text = await readText(path)
  if (text === undefined) return withoutFile(defaults)
  // Loaded where it is used: most have no such file.
  const { parseYaml } = await import('./yaml.ts')
  const { value, problems, placeOf } = parseYaml(text)
  if (problems.length > 0) {
    return {
      ok: false,
      problems: problems.map(({ place, message }) => ({ ...place, path: 'the file', expected: `YAML: ${message}` })),
    }
  }
  const parsed = parseConfig(value, defaults)
  if (parsed.ok) return { ok: true, config: parsed.config, said: parsed.said, file: { path, placeOf } }
  const placed = parsed.problems.map(({ path: keys, ...rest }) => ({
    ...placeOf(keys),
    path: printPath(keys),
    ...rest,
  }))
  return { ok: false, problems: placed.sort((a, b) => a.line - b.line || a.column - b.column) }
}

/** Throws with all that is wrong. */
export async function readConfig(path: string, defaults: ConfigDefaults): Promise<VitalsConfig> {
  const loaded = await loadConfig(path, defaults)
  if (loaded.ok) return loaded.config
  throw new Error(printProblems(path, loaded.problems))
}

export function printProblems(path: string, problems: readonly PlacedProblem[]): string {
  const count = problems.length === 1 ? 'a problem' : `${problems.length} problems`
  const lines = problems.map(({ line, column, path: keys, value, expected }) => {
    return `  ${path}:${line}:${column}: ${keys}: ${value === undefined ? '' : `${value}: `}expected ${expected}`
  })
  return [`${path} has ${count}:`, ...lines].join('\n')
}

async function readText(path: string): Promise<string | undefined> {
  try {
    const { size } = await stat(path)
    if (size > maxBytes) throw new Error(`${size} bytes`)
    return await readFile(path, 'utf8')
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' && path === settings.vitalsFile.defaultText) return undefined
    const expected = `expected a file that can be read, of ${maxBytes} bytes at most`
    throw new Error(`${path}: ${message}: ${expected}`, { cause: error })
  }
}

function withoutFile(defaults: ConfigDefaults): LoadedConfig {
  const parsed = parseConfig(undefined, defaults)
  if (!parsed.ok) throw new Error('the defaults of vitals.yml do not parse: expected them to')
  return parsed
}
