#!/usr/bin/env node
/** The `vitals` command: finds what was asked for, runs it, and says what went wrong in one line. */
import { systemClock } from '../adapters/clock/system.ts'
import { createConsoleLog } from '../adapters/log/console.ts'
import { type Command, commands } from './commands.ts'
import { UsageError } from './errors.ts'
import { commandHelp, helpText } from './help.ts'
import { parseOptions } from './options.ts'
import type { Terminal } from './terminal.ts'
import { version } from './version.ts'

const exitFailed = 1
const exitUsage = 2

process.exitCode = await main(process.argv.slice(2))
// What a library left open (a kept-alive connection, a font cache) is no reason to stay.
process.exit()

async function main(args: readonly string[]): Promise<number> {
  try {
    if (args.length === 0 || args[0] === '--help' || args[0] === 'help') return said(helpText())
    if (args[0] === '--version') return said(`${version}\n`)
    const command = findCommand(args)
    const rest = args.slice(command.words.length)
    if (rest.includes('--help')) return said(commandHelp(command))
    const parsed = parseOptions(rest, command.options)
    await command.run({ parsed, terminal: openTerminal() })
    return 0
  } catch (error) {
    process.stderr.write(`vitals: ${messageOf(error)}\n`)
    return error instanceof UsageError ? exitUsage : exitFailed
  }
}

function findCommand(args: readonly string[]): Command {
  const found = commands.find(({ words }) => words.every((word, index) => args[index] === word))
  if (found) return found
  const known = commands.map(({ words }) => words.join(' ')).join(', ')
  throw new UsageError(
    `there is no command ${JSON.stringify(args.slice(0, 2).join(' '))}; there are: ${known} (see --help)`,
  )
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
  const stop = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => stop.abort())
  const isForPeople = process.stdout.isTTY === true
  return {
    env: process.env,
    print: (text) => void process.stdout.write(`${text}\n`),
    isForPeople,
    createLog: (to, timeZone) => {
      const stream = process[to]
      const isTerminal = stream.isTTY === true
      const colour = isTerminal && process.env.NO_COLOR === undefined
      return createConsoleLog({ stream, json: !isTerminal, colour, clock: systemClock, timeZone })
    },
    progress: (text) => {
      if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`)
    },
    signal: stop.signal,
  }
}
