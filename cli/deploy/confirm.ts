/** Nothing is changed before somebody said so: at the terminal, or by `--yes` in a script. */
import { UsageError } from '../errors.ts'
import type { Parsed } from '../options.ts'
import type { Terminal } from '../terminal.ts'

export const yesOption = { yes: { meaning: 'ask nobody: for scripts' } } as const

interface Question {
  parsed: Parsed
  terminal: Terminal
  /** Ends with a space. */
  question: string
  isYes: (answer: string) => boolean
}

/** Throws a `UsageError` where there is nobody to be asked. */
export async function confirm({ parsed, terminal, question, isYes }: Question): Promise<boolean> {
  if (parsed.values.yes) return true
  if (!terminal.ask) {
    throw new UsageError('nothing was changed: there is no terminal to ask at; give --yes, or --plan to only look')
  }
  return isYes((await terminal.ask(question)).trim())
}
