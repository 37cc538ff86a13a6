/** What can be said on the command line: one table, from which parsing and `--help` are made. */
import { parseArgs } from 'node:util'
import { UsageError } from './errors.ts'

export interface Option {
  /** Shown in help: `URL`; absent: a switch. */
  value?: string
  meaning: string
  /** The setting that it stands for. */
  setting?: string
  multiple?: boolean
}

export type OptionTable = Readonly<Record<string, Option>>

export interface Parsed {
  /** By name; a switch is `'true'`. */
  values: Readonly<Record<string, readonly string[]>>
  /** Settings given as options, by their names in the environment. */
  settings: Record<string, string>
}

export const settingOptions = {
  bucket: { value: 'URL', meaning: 'file:///path or s3://name/prefix', setting: 'MONITOR_BUCKET' },
  'data-dir': { value: 'DIR', meaning: 'spool, secrets and, by default, the bucket', setting: 'MONITOR_DATA_DIR' },
  'log-dir': { value: 'DIR', meaning: 'logs and mails', setting: 'MONITOR_LOG_DIR' },
} as const satisfies OptionTable

export const jsonOption = { json: { meaning: 'print JSON, for scripts' } } as const satisfies OptionTable

/** Throws a `UsageError` that names the option, and the one that may be meant. */
export function parseOptions(args: readonly string[], table: OptionTable): Parsed {
  const options = Object.fromEntries(
    Object.entries(table).map(([name, { value, multiple }]) => [
      name,
      { type: value === undefined ? ('boolean' as const) : ('string' as const), multiple: multiple === true },
    ]),
  )
  let given: Record<string, unknown>
  try {
    given = parseArgs({ args: [...args], options, strict: true, allowPositionals: false }).values
  } catch (error) {
    throw new UsageError(`${(error as Error).message.split('. To specify')[0]} (see --help)`)
  }
  const values = Object.fromEntries(Object.entries(given).map(([name, value]) => [name, [value].flat().map(String)]))
  const settings = Object.fromEntries(
    Object.entries(values).flatMap(([name, [value]]) => {
      const setting = table[name]?.setting
      return setting && value !== undefined ? [[setting, value]] : []
    }),
  )
  return { values, settings }
}
