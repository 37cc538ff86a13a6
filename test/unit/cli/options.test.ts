import { expect, test } from 'vitest'
import { type OptionTable, parseOptions } from '../../../cli/options.ts'

const table = {
  port: { value: 'PORT', meaning: 'of the site', setting: 'MONITOR_PORT' },
  host: { value: 'NAME', meaning: 'only this host', multiple: true },
  'no-agent': { meaning: 'only serve' },
} as const satisfies OptionTable

test('an option that stands for a setting becomes that setting, and remembers how it was said', () => {
  expect(parseOptions(['--port', '0', '--no-agent'], table)).toEqual({
    values: { port: ['0'], 'no-agent': ['true'] },
    settings: { MONITOR_PORT: '0' },
    flags: { MONITOR_PORT: '--port' },
  })
})

test('an option may be given more than once where that means something', () => {
  expect(parseOptions(['--host=a', '--host', 'b'], table).values).toEqual({ host: ['a', 'b'] })
})

test.each([
  [['--prot', '1'], 'there is no option --prot; is --port meant? (see --help)'],
  [['--banana'], 'there is no option --banana; there are: --port, --host, --no-agent (see --help)'],
  [['--port'], "Option '--port <value>' argument missing (see --help)"],
  [['--no-agent=yes'], "Option '--no-agent' does not take an argument (see --help)"],
  [['stray'], "Unexpected argument 'stray'. This command does not take positional arguments (see --help)"],
])('%j is refused: %s', (args, message) => {
  expect(() => parseOptions(args, table)).toThrow(message)
})
