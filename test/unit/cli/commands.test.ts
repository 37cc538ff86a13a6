import { expect, test } from 'vitest'
import { findCommand } from '../../../cli/command.ts'
import { commands } from '../../../cli/commands.ts'
import { commandHelp, helpText } from '../../../cli/help.ts'
import { settingDescriptions } from '../../../core/settings.ts'

test('a command is found by its words', () => {
  expect(findCommand(['up', '--port', '1'], commands).words).toEqual(['up'])
  expect(findCommand(['notify', 'test'], commands).words).toEqual(['notify', 'test'])
})

test.each([
  [['upp'], 'there is no command "upp"; is "up" meant?'],
  [['reprot'], 'is "report" meant?'],
  [['notify'], 'is "notify test" meant?'],
  [['notify', 'tset'], 'is "notify test" meant?'],
  [['constructor'], 'there are: up, agent, snapshot, top, logs, status'],
])('%j is refused: %s', (args, hint) => {
  expect(() => findCommand(args, commands)).toThrow(hint)
})

test('help names each command and each setting with its default', () => {
  const text = helpText(commands)
  for (const { words } of commands) expect(text).toContain(`vitals ${words.join(' ')} `)
  for (const { name, defaultText } of settingDescriptions)
    expect(text).toContain(defaultText ? `${name}=${defaultText}` : name)
})

test.each(commands)('help of a command names each of its options: $words', (command) => {
  const text = commandHelp(command)
  for (const name of Object.keys(command.options)) expect(text).toContain(`--${name}`)
  expect(text).toContain('MONITOR_INTERVAL=60')
})

test('an option stands for a setting that exists', () => {
  const named = commands.flatMap(({ options }) => Object.values(options).map(({ setting }) => setting))
  const known = settingDescriptions.map(({ name }) => name)
  expect(known).toEqual(expect.arrayContaining(named.filter((setting) => setting !== undefined)))
})
