import { describe, expect, it } from 'vitest'
import { parseYaml } from '../../../../adapters/config/yaml.ts'
import { openReceivers } from '../../../../adapters/receivers/open.ts'
import { parseConfig } from '../../../../core/config/config.ts'
import { wholeConfig } from '../../../config-examples.ts'
import { makeSettings } from '../../../make.ts'

const clock = { now: () => 0, monotonicMs: () => 0, sleep: () => new Promise<void>(() => {}) }

function open(
  text: string,
  { env = {}, allowCommands = false }: { env?: Record<string, string>; allowCommands?: boolean } = {},
) {
  const settings = { ...makeSettings(), allowCommands }
  const parsed = parseConfig(parseYaml(text).value, settings)
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  return openReceivers({ settings, configs: parsed.config.receivers, env, clock })
}

const secrets = { PAGER_SECRET: 'hunter2', CHAT_URL: 'https://chat.example.com/T0/hunter3' }

describe('the receivers of vitals.yml', () => {
  it('are opened, each with its deadline and its cap, and default beside them', async () => {
    const { receivers, problems } = await open(wholeConfig, { env: secrets, allowCommands: true })
    expect(problems).toEqual([])
    const shown = Object.values(receivers).map(({ name, destination, deadlineMs, capPerHour, reachesSomebody }) => {
      return [name, destination, deadlineMs, capPerHour, reachesSomebody]
    })
    expect(shown).toEqual([
      ['default', expect.stringMatching(/mail$/), 30_000, 60, false],
      ['ops', expect.stringMatching(/mail$/), 30_000, 60, false],
      ['pager', 'https://pager.example.com (alertmanager)', 10_000, 20, true],
      ['chat', 'https://chat.example.com (slack)', 30_000, 60, true],
      ['topic', 'arn:aws:sns:eu-central-1:123456789012:alerts', 30_000, 60, true],
      ['script', '/usr/local/bin/told', 30_000, 60, true],
      ['files', expect.stringMatching(/logs\/mail$/), 30_000, 60, false],
    ])
    expect(JSON.stringify(shown)).not.toContain('hunter')
  })

  it('are left out where a secret is missing or a command is not allowed, each with its reason, and the others are there', async () => {
    const { receivers, problems } = await open(wholeConfig)
    expect(Object.keys(receivers)).toEqual(['default', 'ops', 'topic', 'files'])
    expect(problems).toEqual([
      { receiver: 'pager', reason: 'receiver pager of vitals.yml: PAGER_SECRET is not set in the environment' },
      { receiver: 'chat', reason: 'receiver chat of vitals.yml: CHAT_URL is not set in the environment' },
      {
        receiver: 'script',
        reason:
          'receiver script of vitals.yml: /usr/local/bin/told is not run: commands need MONITOR_ALLOW_COMMANDS=true',
      },
    ])
  })

  it('are told an address that a variable has and that leads over the network in the clear', async () => {
    const { problems } = await open(wholeConfig, {
      env: { ...secrets, CHAT_URL: 'http://chat.lan/x' },
      allowCommands: true,
    })
    expect(problems).toMatchObject([
      { receiver: 'chat', reason: expect.stringContaining('http to chat.lan lets everybody') },
    ])
  })

  it('are none but default where the file has none', async () => {
    expect(Object.keys((await open('')).receivers)).toEqual(['default'])
  })

  it('may say what default is', async () => {
    const { receivers } = await open(
      'receivers:\n  - { name: default, type: webhook, url: "https://pager.example.com", cap: 5 }',
    )
    expect(receivers.default).toMatchObject({ destination: 'https://pager.example.com (vitals)', capPerHour: 5 })
  })
})
