import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openBucket } from '../../adapters/bucket/open.ts'
import { freePort } from '../../infra/supervised/free-port.ts'
import { makeBatch, makeInboxObject, makeSnapshot } from '../make.ts'
import { until } from './vitals.ts'

const root = join(import.meta.dirname, '..', '..')

describe('the functions in serverless-offline, on a directory', { timeout: 180_000 }, () => {
  let directory: string
  let child: ChildProcess
  let output = ''
  let lambdaPort: number
  const bucketUrl = () => pathToFileURL(join(directory, 'data', 'bucket')).href

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'vitals-offline-'))
    lambdaPort = await freePort()
    const args = ['--port', String(await freePort()), '--lambda-port', String(lambdaPort)]
    child = spawn(process.execPath, [join(root, 'infra', 'offline.ts'), ...args], {
      env: {
        PATH: process.env.PATH,
        HOME: directory,
        MONITOR_DATA_DIR: join(directory, 'data'),
        MONITOR_LOG_DIR: join(directory, 'logs'),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (part: Buffer) => (output += part.toString()))
    await until('serverless-offline to be up', () => output.includes('Server ready'), {
      timeoutMs: 60_000,
      child: { output: () => output },
    })
  })

  afterAll(async () => {
    if (child.exitCode === null) {
      const ended = once(child, 'close')
      child.kill('SIGTERM')
      await ended
    }
    await rm(directory, { recursive: true, force: true })
  })

  it('takes what was sent by its schedule, and open shows it to whoever has the signed link', async () => {
    const bucket = await openBucket(bucketUrl())
    const { key, body } = makeInboxObject(
      makeBatch({ host: 'web-1', records: [makeSnapshot({ atMs: Date.now() - 60_000 })] }),
    )
    await bucket.put(key, body)
    await until('a commit by schedule', () => bucket.get('state/v1/all.json.zst'), {
      timeoutMs: 90_000,
      child: { output: () => output },
    })
    const link = /http:\S+\/open\?token=\S+/.exec(output)?.[0] ?? ''
    const page = await fetch(link)
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(await page.text()).toContain('web-1')
    expect((await fetch(`${link}x`)).status).toBe(403)
  })

  it('makes a report by the form of the status page, and opens it with what lies beside it', async () => {
    const link = /http:\S+\/open\?token=\S+/.exec(output)?.[0] ?? ''
    const action = /action="(\/report\?token=[^"]+)"/.exec(await (await fetch(link)).text())?.[1] ?? ''
    const form = new URL(action, link)
    expect(await (await fetch(form)).text()).toContain('<form')
    const made = await fetch(form, { method: 'POST', body: new URLSearchParams({ hours: '1' }), redirect: 'manual' })
    expect([made.status, made.headers.get('location')]).toEqual([303, expect.stringContaining('/open?token=')])
    const page = await fetch(new URL(made.headers.get('location') ?? '', link))
    expect(new URL(page.url).pathname).toMatch(/^\/r\/[^/]+\/metrics_report\.html$/)
    expect(await page.text()).toContain('Vitals report')
    expect((await fetch(new URL('report.json', page.url))).headers.get('content-type')).toContain('application/json')
    expect((await fetch(new URL('../index.json', page.url))).status).not.toBe(200)
  })

  it('answers the SDK as Lambda does', async () => {
    const lambda = new LambdaClient({
      endpoint: `http://localhost:${lambdaPort}`,
      region: 'us-east-1',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    })
    const { Payload } = await lambda.send(new InvokeCommand({ FunctionName: 'vitals-offline-evaluate', Payload: '{}' }))
    expect(JSON.parse(Buffer.from(Payload ?? []).toString())).toEqual([{ outcome: 'idle', shard: 'all' }])
  })
})
