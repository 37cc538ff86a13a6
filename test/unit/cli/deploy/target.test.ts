import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest'
import { findCheckout } from '../../../../cli/deploy/checkout.ts'
import { confirm } from '../../../../cli/deploy/confirm.ts'
import { readTarget, targetOptions } from '../../../../cli/deploy/target.ts'
import { parseOptions } from '../../../../cli/options.ts'
import { makeTerminal } from '../commands/terminal.ts'

const target = (args: string[], env = {}) => readTarget(parseOptions(args, targetOptions), env)

test('prod in us-east-1, unless something else is said', () => {
  expect(target([])).toMatchObject({ stage: 'prod', region: 'us-east-1', stackName: 'vitals-prod' })
  expect(target([], { AWS_REGION: 'eu-west-1' }).region).toBe('eu-west-1')
  expect(target(['--region', 'eu-central-1'], { AWS_REGION: 'eu-west-1' }).region).toBe('eu-central-1')
  expect(target(['--stage', 'dev', '--param', 'alarmTo=a@b.example', '--param', 'architecture=x64']).args).toEqual(
    '--stage dev --region us-east-1 --param alarmTo=a@b.example --param architecture=x64'.split(' '),
  )
})

it.each([
  [['--stage', 'a b'], '--stage a b: expected a letter'],
  [['--stage', '--'], 'argument'],
  [['--param', 'alarmTo'], '--param alarmTo: expected KEY=VALUE'],
])('%j is refused', (args, message) => {
  expect(() => target(args)).toThrow(message)
})

describe('a checkout', () => {
  let directory: string
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'vitals-checkout-'))
  })
  afterEach(() => rmSync(directory, { recursive: true }))

  it('is found from below, and must have its packages', () => {
    const below = join(directory, 'docs', 'images')
    mkdirSync(below, { recursive: true })
    expect(() => findCheckout(below)).toThrow('expected a clone of the project')
    writeFileSync(join(directory, 'serverless.yml'), 'service: another\n')
    expect(() => findCheckout(below)).toThrow('expected a clone of the project')
    writeFileSync(join(directory, 'serverless.yml'), '# stack\nservice: vitals\n')
    expect(() => findCheckout(below)).toThrow(`${directory} has no packages yet: npm ci`)
    mkdirSync(join(directory, 'node_modules', '.bin'), { recursive: true })
    writeFileSync(join(directory, 'node_modules', '.bin', 'serverless'), '')
    expect(findCheckout(below)).toBe(directory)
  })
})

describe('a confirmation', () => {
  const parsed = parseOptions([], {})
  const question = { question: 'Sure? ', isYes: (answer: string) => answer === 'prod' }

  it('is what a person types', async () => {
    for (const [answer, meant] of [
      [' prod ', true],
      ['y', false],
      ['', false],
    ] as const) {
      const terminal = makeTerminal({})
      const asked = { ...terminal, ask: async () => answer }
      expect(await confirm({ parsed, terminal: asked, ...question })).toBe(meant)
    }
  })

  it('is not needed with --yes, and refused where nobody could give it', async () => {
    const terminal = makeTerminal({})
    const yes = parseOptions(['--yes'], { yes: { meaning: '' } })
    expect(await confirm({ parsed: yes, terminal, ...question })).toBe(true)
    await expect(confirm({ parsed, terminal, ...question })).rejects.toThrow('give --yes, or --plan')
  })
})
