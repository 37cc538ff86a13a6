/** The section of docs/alerting.md about receivers: its file is opened, its payloads are made, its code is run. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { parseYaml } from '../../../adapters/config/yaml.ts'
import { openReceivers } from '../../../adapters/receivers/open.ts'
import { alertmanagerPayload } from '../../../adapters/receivers/payload/alertmanager.ts'
import { slackPayload } from '../../../adapters/receivers/payload/slack.ts'
import { vitalsPayload } from '../../../adapters/receivers/payload/vitals.ts'
import { retryPolicies } from '../../../adapters/receivers/policy.ts'
import type { RetryPolicy } from '../../../adapters/receivers/port.ts'
import { createWebhookReceiver } from '../../../adapters/receivers/webhook.ts'
import { parseConfig } from '../../../core/config/config.ts'
import { startHttpServer } from '../../contract/http-server.ts'
import { makeSettings } from '../../make.ts'
import { documentedMessage } from './documented-message.ts'

const nowMs = Date.parse('2026-03-01T12:00:00Z')
const clock = { now: () => nowMs, monotonicMs: () => 0, sleep: () => new Promise<void>(() => {}) }

let section: string
beforeAll(async () => {
  const text = await readFile(new URL('../../../docs/alerting.md', import.meta.url), 'utf8')
  section = text.slice(text.indexOf('\n## Receivers\n'), text.indexOf('\n## Ask it\n'))
})

const blocks = (language: string) =>
  [...section.matchAll(new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``, 'g'))].map(([, block = '']) => block)

describe('docs/alerting.md, of receivers', () => {
  it('has a file that is read, and whose receivers are opened with what its words ask for', async () => {
    const settings = { ...makeSettings(), allowCommands: true }
    const parsed = parseConfig(parseYaml(blocks('yaml')[0] ?? '').value, settings)
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
    const env = { PAGER_SECRET: 'x', CHAT_URL: 'https://chat.example.com/x' }
    const opened = await openReceivers({ settings, configs: parsed.config.receivers, env, clock })
    expect(opened.problems).toEqual([])
    expect(Object.keys(opened.receivers)).toEqual(['default', 'ops', 'pager', 'chat', 'am', 'topic', 'script', 'files'])
  })

  it('explains each field that a receiver may have', async () => {
    const schema = JSON.parse(await readFile(new URL('../../../docs/vitals.schema.json', import.meta.url), 'utf8'))
    const variants = (schema.$defs.receiver.oneOf ?? schema.$defs.receiver.anyOf) as {
      properties: Record<string, unknown>
    }[]
    const fields = new Set(variants.flatMap(({ properties }) => Object.keys(properties)))
    const explained = [...section.matchAll(/^\| `(\w+)` \|/gm)].map(([, field]) => field)
    for (const field of fields) if (field !== 'name' && field !== 'type') expect(explained).toContain(field)
  })

  it('shows the payloads as they are', () => {
    const shown = blocks('json').map((block) => JSON.parse(block))
    const made = [vitalsPayload, slackPayload, alertmanagerPayload].map((payload) => payload(documentedMessage))
    expect(shown).toEqual(JSON.parse(JSON.stringify(made)))
  })

  it('shows the patience with each type as it is', () => {
    const rows = [...section.matchAll(/^\| (`mail`.*|`webhook`|`command`) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$/gm)]
    const told = rows.slice(-3).flatMap(([, types = '', ...cells]) => {
      return [...types.matchAll(/`(\w+)`/g)].map(([, type = '']) => [type, cells.map((cell) => cell.trim())])
    })
    const words = ({ baseMs, capMs, attempts }: RetryPolicy) => [
      `${baseMs / 1_000} s`,
      capMs === 3_600_000 ? '1 h' : `${capMs / 60_000} min`,
      attempts === undefined ? 'for as long as it takes' : expect.stringMatching(new RegExp(`^${attempts}\\b`)),
    ]
    expect(Object.fromEntries(told)).toEqual(
      Object.fromEntries(Object.entries(retryPolicies).map(([type, policy]) => [type, words(policy)])),
    )
  })

  it('verifies the signature of a request by the code that it shows', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'vitals-verify-'))
    const path = join(directory, 'verify.mjs')
    await writeFile(path, blocks('js')[0] ?? '')
    const { isFromVitals } = (await import(pathToFileURL(path).href)) as {
      isFromVitals(header: unknown, body: string, secret: string, nowMs: number): boolean
    }
    const { url, posts, close } = await startHttpServer()
    const secret = 'correct horse'
    const limits = { name: 'pager', deadlineMs: 30_000, capPerHour: 60 }
    const receiver = createWebhookReceiver({ ...limits, url, format: 'vitals', secret, clock })
    await receiver.send(documentedMessage, { signal: AbortSignal.timeout(10_000) })
    const { headers, body = '' } = posts[0] ?? {}
    const header = headers?.['vitals-signature']
    expect(isFromVitals(header, body, secret, nowMs)).toBe(true)
    expect(isFromVitals(header, `${body} `, secret, nowMs)).toBe(false)
    expect(isFromVitals(header, body, 'another', nowMs)).toBe(false)
    expect(isFromVitals(header, body, secret, nowMs + 301_000)).toBe(false)
    for (const forged of [undefined, '', 't=1,v1=', String(header).replace('t=1', 't=2')]) {
      expect(isFromVitals(forged, body, secret, nowMs)).toBe(false)
    }
    await close()
    await rm(directory, { recursive: true })
  })
})
