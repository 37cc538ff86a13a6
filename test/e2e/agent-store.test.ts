/** A real agent, and a store that refuses it: what it says, and that nothing is lost. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { makeStoreWorkplace } from './loopback-store.ts'
import { run, start, until, type Workplace } from './vitals.ts'

const minuteMs = 60_000

interface Refusal {
  status: number
  code: string
  /** How far the store's clock is ahead of this machine's. */
  aheadMs?: number
}

describe('an agent whose store refuses what it sends', { timeout: 60_000 }, () => {
  let workplace: Workplace
  let refusal: Refusal | undefined
  let stored: string[]
  /** Access keys that the store does not know any more. */
  let revoked: string[]

  beforeEach(async () => {
    stored = []
    revoked = []
    workplace = await makeStoreWorkplace((request, response) => {
      request.resume()
      request.on('end', () => {
        const date = new Date(Date.now() + (refusal?.aheadMs ?? 0)).toUTCString()
        const isRevoked = revoked.some((key) => request.headers.authorization?.includes(`Credential=${key}/`))
        const refused = isRevoked ? { status: 403, code: 'InvalidAccessKeyId' } : refusal
        if (refused) {
          response.writeHead(refused.status, { 'content-type': 'application/xml', date })
          response.end(`<?xml version="1.0"?><Error><Code>${refused.code}</Code><Message>no</Message></Error>`)
          return
        }
        stored.push(request.url ?? '')
        response.writeHead(200, { etag: `"${stored.length}"`, date }).end()
      })
    })
  })

  afterEach(() => workplace.clear())

  it.each<[Refusal, RegExp]>([
    [{ status: 403, code: 'InvalidAccessKeyId' }, /AWS_ACCESS_KEY_ID/],
    [{ status: 400, code: 'ExpiredToken' }, /get new credentials/],
    [{ status: 403, code: 'RequestTimeTooSkewed', aheadMs: 20 * minuteMs }, /20 minutes slow: set it/],
    [{ status: 503, code: 'SlowDown' }, /asks for less/],
    [{ status: 404, code: 'NoSuchBucket' }, /there is no bucket vitals/],
  ])('$code: says what to do, keeps spooling, and sends all of it later', async (given, remedy) => {
    refusal = given
    const agent = start(['agent'], workplace)
    const told = await until(
      'the refusal in the log',
      () => agent.events.find(({ event }) => event === 'the bucket takes no batches; they wait in the spool'),
      { child: agent },
    )
    expect(String(told.reason)).toMatch(remedy)
    expect(agent.output()).not.toContain('very-secret')
    expect(stored).toEqual([])
    // Some snapshots more, for which there is no store.
    await new Promise((resolve) => setTimeout(resolve, 2_500))
    refusal = undefined
    await until('what was spooled', () => stored.length >= 3, { timeoutMs: 30_000, child: agent })
    const again = () => agent.events.find(({ event }) => event === 'the bucket takes batches again')
    expect(await until('the recovery in the log', again, { child: agent })).toBeDefined()
    agent.signal('SIGTERM')
    expect(await agent.ended).toBe(0)
    const numbers = stored.map((url) => Number(/-(\d{12})-/.exec(url)?.[1])).toSorted((a, b) => a - b)
    expect(numbers).toEqual(numbers.map((_, index) => index + 1))
  })

  it('says by `vitals status` what it does and why nothing is sent, and is dead when it was killed', async () => {
    refusal = { status: 403, code: 'AccessDenied' }
    const agent = start(['agent'], workplace)
    const status = async () => JSON.parse((await run(['status', '--json'], workplace)).output)
    const failing = await until(
      'a failure in the status',
      async () => {
        const { agent: seen, bucket } = await status().catch(() => ({}))
        return seen?.status?.push?.failure && { seen, bucket }
      },
      { child: agent },
    )
    expect(failing).toMatchObject({
      seen: { state: 'running', status: { pid: agent.pid, host: 'web-1', push: { batches: 0 } } },
      bucket: { url: 's3://vitals', unreadable: expect.stringMatching(/need s3:GetObject/) },
    })
    expect(failing.seen.status.push.failure.reason).toMatch(/need s3:PutObject/)
    refusal = undefined
    await until('a sending in the status', async () => (await status()).agent.status.push.lastAtMs, { child: agent })
    agent.signal('SIGKILL')
    await agent.ended
    const { output, code } = await run(['status'], workplace)
    expect(output).toMatch(/^agent +web-1 {2}DEAD: process \d+ is gone without a goodbye/)
    expect(code).toBe(0)
  })

  it('takes credentials that were replaced in ~/.aws/credentials, without a restart', async () => {
    const home = join(workplace.directory, 'home')
    const write = (keyId: string) => {
      mkdirSync(join(home, '.aws'), { recursive: true })
      const lines = ['[default]', `aws_access_key_id = ${keyId}`, 'aws_secret_access_key = very-secret', '']
      writeFileSync(join(home, '.aws', 'credentials'), lines.join('\n'))
    }
    const { AWS_ACCESS_KEY_ID: _, AWS_SECRET_ACCESS_KEY: __, ...env } = workplace.env
    write('AKOLD')
    const agent = start(['agent'], { ...workplace, env: { ...env, HOME: home, AWS_EC2_METADATA_DISABLED: 'true' } })
    await until('something in the store', () => stored.length >= 2, { child: agent })
    revoked = ['AKOLD']
    const isTold = () => agent.events.some(({ event }) => event.startsWith('the bucket takes no batches'))
    await until('the refusal in the log', isTold, { child: agent })
    write('AKNEW')
    const isOver = () => agent.events.some(({ event }) => event === 'the bucket takes batches again')
    await until('the recovery in the log', isOver, { timeoutMs: 40_000, child: agent })
    agent.signal('SIGTERM')
    expect(await agent.ended).toBe(0)
    const numbers = stored.map((url) => Number(/-(\d{12})-/.exec(url)?.[1])).toSorted((a, b) => a - b)
    expect(numbers).toEqual(numbers.map((_, index) => index + 1))
  })
})
