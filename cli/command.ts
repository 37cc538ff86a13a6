/** A command: its words, options, and what it runs; and how it is found. */
import { nearestWord } from '../core/spelling.ts'
import { UsageError } from './errors.ts'
import type { Operand, OptionTable, Parsed } from './options.ts'
import type { Terminal } from './terminal.ts'

export interface Command {
  /** As it is typed, without `vitals`. */
  words: readonly string[]
  meaning: string
  options: OptionTable
  /** The one word, often quoted, that stands beside the options; absent: none does. */
  operand?: Operand
  run(context: { parsed: Parsed; terminal: Terminal }): Promise<void>
}

const misspellingEdits = 3

/** Throws a `UsageError` that says what there is, and what may be meant. */
export function findCommand(args: readonly string[], commands: readonly Command[]): Command {
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
