import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { wholeConfig } from '../../../config-examples.ts'

const require = createRequire(import.meta.url)
const files = ['receivers', 'roles'].map((name) => require.resolve(`../../../../infra/stack/${name}.cjs`))

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'vitals-stack-'))
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(directory, { recursive: true })
  forget()
})

function forget() {
  for (const file of files) delete require.cache[file]
}

/** As a deployment beside that vitals.yml sees the stack. */
function stackWith(text: string | undefined) {
  const path = join(directory, 'vitals.yml')
  if (text !== undefined) writeFileSync(path, text)
  vi.stubEnv('MONITOR_VITALS_FILE', path)
  forget()
  const [receivers, roles] = files.map((file) => require(file))
  const { Statement } = roles.Resources.NotifyRole.Properties.Policies[0].PolicyDocument
  return {
    environment: receivers.notifyEnvironment as Record<string, string>,
    publish: (Statement as { Action: string[]; Resource: unknown }[]).filter(({ Action }) =>
      Action.some((action) => action.startsWith('sns:')),
    ),
  }
}

describe('the stack, by the receivers of vitals.yml', () => {
  it('lets notify publish to their topics and to no other, and hands it their secrets', () => {
    const { environment, publish } = stackWith(wholeConfig)
    expect(publish).toEqual([
      { Effect: 'Allow', Action: ['sns:Publish'], Resource: 'arn:aws:sns:eu-central-1:123456789012:alerts' },
    ])
    expect(environment).toEqual({
      VITALS_LINK_KEY: `\${param:linkKey}`,
      MONITOR_SITE_URL: `\${param:siteUrl}`,
      PAGER_SECRET: `\${env:PAGER_SECRET, ''}`,
      CHAT_URL: `\${env:CHAT_URL, ''}`,
    })
  })

  it.each([undefined, '', 'receivers: []', 'receivers: 7', 'rules: []'])('has neither where the file is %j', (text) => {
    const { environment, publish } = stackWith(text)
    expect(publish).toEqual([])
    expect(Object.keys(environment)).toEqual(['VITALS_LINK_KEY', 'MONITOR_SITE_URL'])
  })
})
