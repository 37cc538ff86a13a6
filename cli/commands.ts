/** The commands: their words, options, and what they run. */
import { nearestWord } from '../core/spelling.ts'
import { runAgentCommand } from './commands/agent.ts'
import { runEvaluate } from './commands/evaluate.ts'
import { runNotifyTest } from './commands/notify-test.ts'
import { runReport } from './commands/report.ts'
import { runRollup } from './commands/rollup.ts'
import { runStatus } from './commands/status.ts'
import { runUp } from './commands/up.ts'
import { UsageError } from './errors.ts'
import { jsonOption, type OptionTable, type Parsed, settingOptions } from './options.ts'
import type { Terminal } from './terminal.ts'

export interface Command {
  /** As it is typed, without `vitals`. */
  words: readonly string[]
  meaning: string
  options: OptionTable
  run(context: { parsed: Parsed; terminal: Terminal }): Promise<void>
}

const hostOptions = {
  ...settingOptions,
  host: { value: 'NAME', meaning: "this host's name", setting: 'MONITOR_HOST' },
  interval: { value: 'SECONDS', meaning: 'time between snapshots', setting: 'MONITOR_INTERVAL' },
} as const satisfies OptionTable

export const commands: readonly Command[] = [
  {
    words: ['up'],
    meaning: 'agent, functions and site in one process: all that one machine needs',
    options: {
      ...hostOptions,
      port: { value: 'PORT', meaning: 'of the site; 0: any', setting: 'MONITOR_PORT' },
      'no-agent': { meaning: 'only serve the hosts of the bucket' },
    },
    run: runUp,
  },
  {
    words: ['agent'],
    meaning: 'only the agent: snapshots of this host into the bucket',
    options: hostOptions,
    run: runAgentCommand,
  },
  {
    words: ['status'],
    meaning: 'the hosts of the bucket, worst first, with their alerts',
    options: { ...settingOptions, ...jsonOption },
    run: runStatus,
  },
  {
    words: ['evaluate'],
    meaning: 'one run of evaluate: take what agents have sent, decide',
    options: { ...settingOptions, ...jsonOption },
    run: runEvaluate,
  },
  {
    words: ['rollup'],
    meaning: 'one run of rollup: the log into Parquet and rollups',
    options: { ...settingOptions, ...jsonOption },
    run: runRollup,
  },
  {
    words: ['report'],
    meaning: 'make a report: metrics_report.html, report.json and PNGs',
    options: {
      ...settingOptions,
      ...jsonOption,
      host: { value: 'NAME', meaning: 'only this host; may be given more than once', multiple: true },
      hours: { value: 'N', meaning: 'the last N hours; default: 24' },
      from: { value: 'TIME', meaning: 'beginning, e.g. 2026-03-01T08:00 (in MONITOR_TIME_ZONE) or …Z' },
      to: { value: 'TIME', meaning: 'end; default: now' },
      out: { value: 'DIR', meaning: 'where the files go; default: MONITOR_LOG_DIR' },
    },
    run: runReport,
  },
  {
    words: ['notify', 'test'],
    meaning: 'send a real mail, to see whether it arrives',
    options: { ...settingOptions, ...jsonOption },
    run: runNotifyTest,
  },
]

const misspellingEdits = 3

/** Throws a `UsageError` that says what there is, and what may be meant. */
export function findCommand(args: readonly string[]): Command {
  const found = commands.find(({ words }) => words.every((word, index) => args[index] === word))
  if (found) return found
  const known = commands.map(({ words }) => words.join(' '))
  const given = args.slice(0, 2).join(' ')
  const meant =
    known.find((words) => words.startsWith(`${args[0]} `)) ??
    nearestWord(args[0] ?? '', known, misspellingEdits) ??
    nearestWord(given, known, misspellingEdits)
  const hint = meant === undefined ? `there are: ${known.join(', ')}` : `is "${meant}" meant?`
  throw new UsageError(`there is no command ${JSON.stringify(given)}; ${hint} (see --help)`)
}
