/** `--help`, made from the tables of commands, options and settings. */
import { settingDescriptions } from '../core/settings.ts'
import type { Command } from './command.ts'
import { version } from './version.ts'

export function helpText(commands: readonly Command[]): string {
  const rows = commands.map(({ words, meaning }) => [`vitals ${words.join(' ')}`, meaning] as const)
  return [
    `Vitals ${version}: watches hosts with a small agent on each and a bucket.`,
    '',
    'Commands (each has --help):',
    ...columns(rows),
    '',
    ...settingLines(),
  ].join('\n')
}

export function commandHelp({ words, meaning, options, operand }: Command): string {
  const rows = Object.entries(options).map(([name, { value, meaning, setting }]) => {
    const standsFor = setting === undefined ? '' : ` (${setting})`
    return [`--${name}${value === undefined ? '' : ` ${value}`}`, `${meaning}${standsFor}`] as const
  })
  return [
    `vitals ${words.join(' ')}: ${meaning}`,
    '',
    ...columns([...(operand ? [[operand.name, operand.meaning] as const] : []), ...rows, ['--help', 'this text']]),
    '',
    ...settingLines(),
  ].join('\n')
}

function settingLines(): string[] {
  const rows = settingDescriptions.map(({ name, defaultText, meaning }) => {
    return [defaultText === '' ? name : `${name}=${defaultText}`, meaning] as const
  })
  return ['Settings, from the environment, with their defaults:', ...columns(rows), '']
}

function columns(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length))
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`)
}
