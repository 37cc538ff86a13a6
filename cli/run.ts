/** The command line: finds what was asked for, runs it, and says what went wrong. */
import { constants } from 'node:os'
import { createInterface } from 'node:readline/promises'
import { systemClock } from '../adapters/clock/system.ts'
import { createConsoleLog } from '../adapters/log/console.ts'
import { printable } from '../core/view/html.ts'
import { type Command, findCommand } from './command.ts'
import { ReportedFailure, UsageError } from './errors.ts'
import { commandHelp, helpText } from './help.ts'
import { parseOptions } from './options.ts'
import type { Terminal } from './terminal.ts'
import { version } from './version.ts'

const exitFailed = 1
const exitUsage = 2
/** npm hands a Ctrl-C on that has reached us already: within this time it is the same one. */
const sameSignalMs = 500

/** Resolves to the exit status. */
export async function runCommandLine(args: readonly string[], commands: readonly Command[]): Promise<number> {
  try {
    const asked = args[0] === 'help' ? [...args.slice(1), '--help'] : args
    if (asked.length === 0 || asked[0] === '--help' || asked[0] === '-h') return said(helpText(commands))
    if (asked[0] === '--version') return said(`${version}\n`)
    const command = findCommand(asked, commands)
    const rest = asked.slice(command.words.length)
    if (rest.includes('--help') || rest.includes('-h')) return said(commandHelp(command))
    const parsed = parseOptions(rest, command.options, command.operand)
    await command.run({ parsed, terminal: openTerminal() })
    return 0
  } catch (error) {
    if (error instanceof ReportedFailure) return exitFailed
    process.stderr.write(`vitals: ${printable(messageOf(error))}\n`)
    return error instanceof UsageError ? exitUsage : exitFailed
  }
}

function said(text: string): number {
  process.stdout.write(text)
  return 0
}

function messageOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(messageOf).join('\n  ')
  return error instanceof Error ? error.message : String(error)
}

function openTerminal(): Terminal {
  let reload: (() => void) | undefined
  return {
    env: process.env,
    print: (text) => void process.stdout.write(`${text}\n`),
    isForPeople: process.stdout.isTTY === true,
    ...(process.stdout.columns ? { columns: process.stdout.columns } : {}),
    colour: takesColour(process.stdout),
    createLog: (to, timeZone, level = 'info') => {
      const stream = process[to]
      return createConsoleLog({
        stream,
        json: stream.isTTY !== true,
        colour: takesColour(stream),
        clock: systemClock,
        timeZone,
        level,
      })
    },
    progress: (text) => {
      if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`)
    },
    ...(process.stdin.isTTY && process.stdout.isTTY ? { ask } : {}),
    stopSignal: () => stopSignal({ onHangUp: () => (hasTerminal() ? undefined : reload) }),
    onReload: (act) => {
      reload = act
    },
  }
}

/** Who closes the terminal, or presses Ctrl-D, has said nothing. */
async function ask(question: string): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stdout })
  try {
    const closed = new Promise<string>((resolve) => lines.once('close', () => resolve('')))
    return await Promise.race([lines.question(question), closed])
  } finally {
    lines.close()
  }
}

/** https://no-color.org */
function takesColour({ isTTY }: { isTTY?: boolean }): boolean {
  return isTTY === true && (process.env.NO_COLOR ?? '') === ''
}

function hasTerminal(): boolean {
  return [process.stdin, process.stdout, process.stderr].some(({ isTTY }) => isTTY)
}

/** `onHangUp`: what a hang-up means, where it does not mean to stop. */
function stopSignal({ onHangUp }: { onHangUp: () => (() => void) | undefined }): AbortSignal {
  const stop = new AbortController()
  let askedMs = 0
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      const instead = name === 'SIGHUP' && !stop.signal.aborted ? onHangUp() : undefined
      if (instead) return instead()
      const nowMs = systemClock.monotonicMs()
      if (stop.signal.aborted && nowMs - askedMs > sameSignalMs) process.exit(128 + constants.signals[name])
      if (!stop.signal.aborted) askedMs = nowMs
      stop.abort()
    })
  }
  return stop.signal
}
