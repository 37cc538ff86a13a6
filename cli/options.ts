/** What can be said on the command line: one table, from which parsing and `--help` are made. */
import { parseArgs } from 'node:util'
import { nearestWord } from '../core/spelling.ts'
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

export interface Operand {
  name: string
  meaning: string
  /** The command does without, too. */
  optional?: true
  /** There may be more than one. */
  several?: true
}

export interface Parsed {
  /** By name; a switch is `'true'`. */
  values: Readonly<Record<string, readonly string[]>>
  /** Settings given as options, by their names in the environment. */
  settings: Readonly<Record<string, string>>
  /** How those settings were said: `MONITOR_PORT` -> `--port`. */
  flags: Readonly<Record<string, string>>
  /** What stands beside the options; only where the command takes it. */
  operand?: string
  /** All of it, where there may be several. */
  operands?: readonly string[]
}

export const settingOptions = {
  bucket: { value: 'URL', meaning: 'file:///path or s3://name/prefix', setting: 'MONITOR_BUCKET' },
  'data-dir': { value: 'DIR', meaning: 'spool, secrets and, by default, the bucket', setting: 'MONITOR_DATA_DIR' },
  'log-dir': { value: 'DIR', meaning: 'logs and mails', setting: 'MONITOR_LOG_DIR' },
} as const satisfies OptionTable

export const jsonOption = { json: { meaning: 'print JSON, for scripts' } } as const satisfies OptionTable

/** Throws a `UsageError` that names the option, and the one that may be meant. */
export function parseOptions(args: readonly string[], table: OptionTable, takes?: Operand): Parsed {
  const options = Object.fromEntries(
    Object.entries(table).map(([name, { value, multiple }]) => [
      name,
      { type: value === undefined ? ('boolean' as const) : ('string' as const), multiple: multiple === true },
    ]),
  )
  refuseUnknown(args, table)
  let given: Record<string, unknown>
  let operands: string[]
  try {
    const allowPositionals = takes !== undefined
    const found = parseArgs({ args: [...args], options, strict: true, allowPositionals })
    given = found.values
    operands = found.positionals
  } catch (error) {
    // Node's own words, without the advice that is meant for programmers.
    throw new UsageError(`${(error as Error).message.split(/\. To specify|\n/)[0]} (see --help)`)
  }
  const [operand] = operands
  const isFew = operands.length === 0 ? takes?.optional : operands.length === 1 || takes?.several
  if (takes && !isFew) {
    throw new UsageError(`expected one ${takes.name}, found ${operands.length} words (see --help)`)
  }
  const values = Object.fromEntries(Object.entries(given).map(([name, value]) => [name, [value].flat().map(String)]))
  const said = Object.entries(values).flatMap(([name, [value]]) => {
    const setting = table[name]?.setting
    return setting !== undefined && value !== undefined ? [{ name, setting, value }] : []
  })
  return {
    values,
    settings: Object.fromEntries(said.map(({ setting, value }) => [setting, value])),
    flags: Object.fromEntries(said.map(({ setting, name }) => [setting, `--${name}`])),
    ...(operand === undefined ? {} : { operand }),
    ...(takes?.several ? { operands } : {}),
  }
}

const misspellingEdits = 2

function refuseUnknown(args: readonly string[], table: OptionTable): void {
  const known = Object.keys(table)
  for (const arg of args) {
    if (arg === '--') return
    const name = /^--([^=]+)/.exec(arg)?.[1]
    if (name === undefined || known.includes(name)) continue
    const meant = nearestWord(name, known, misspellingEdits)
    const hint =
      meant === undefined ? `there are: ${known.map((one) => `--${one}`).join(', ')}` : `is --${meant} meant?`
    throw new UsageError(`there is no option --${name}; ${hint} (see --help)`)
  }
}
