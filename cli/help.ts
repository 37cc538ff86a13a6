/** `--help`, made from the tables of commands, options and settings. */
import { settingDescriptions } from '../core/settings.ts'
import { type Command, commands } from './commands.ts'
import { version } from './version.ts'

export function helpText(): string {
  const rows = commands.map(({ words, meaning }) => [`vitals ${words.join(' ')}`, meaning] as const)
  return [
    `Vitals ${version}: monitoring of hosts with a small agent on each and a bucket.`,
    '',
    'Commands (each has --help):',
    ...columns(rows),
    '',
    'Settings, from the environment:',
    ...columns(settingDescriptions.map(({ name, defaultText, meaning }) => [assignment(name, defaultText), meaning])),
    '',
  ].join('\n')
}

export function commandHelp({ words, meaning, options }: Command): string {
  const rows = Object.entries(options).map(
    ([name, option]) => [`--${name}${option.value === undefined ? '' : ` ${option.value}`}`, option.meaning] as const,
  )
  return [
    `vitals ${words.join(' ')}: ${meaning}`,
    '',
    ...columns([...rows, ['--help', 'this text']]),
    '',
    'Every setting of `vitals --help` can be given in the environment.',
    '',
  ].join('\n')
}

function assignment(name: string, defaultText: string): string {
  return defaultText === '' ? name : `${name}=${defaultText}`
}

function columns(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length))
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`)
}
