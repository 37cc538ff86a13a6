/** `vitals doctor` as people run it, against a store on loopback that looks at rights as S3 does. */
import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Result } from '../../cli/doctor/check.ts'
import { makeStoreWorkplace } from './loopback-store.ts'
import { run, start, until, type Workplace } from './vitals.ts'

interface Asked {
  method: string
  key: string
  isIfAbsent: boolean
}

let workplace: Workplace
let asked: Asked[]
let stored: Asked[]
/** As a policy. */
let mayDo: (asked: Asked) => boolean
/** The store's clock is so far ahead. */
let aheadMs: number
/** What it says to whom it does not know. */
let refusedAs: string

const asAgent = ({ method, key, isIfAbsent }: Asked) =>
  method === 'PUT' && isIfAbsent && /^\/vitals\/inbox\/v1\/[0-9a-f]{4}\/web-1\//.test(key)

beforeEach(async () => {
  asked = []
  stored = []
  aheadMs = 0
  refusedAs = 'AccessDenied'
  mayDo = asAgent
  workplace = await makeStoreWorkplace((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const one = readAsked(request)
      asked.push(one)
      const date = new Date(Date.now() + aheadMs).toUTCString()
      const say = (status: number, body = '') =>
        response.writeHead(status, { date, etag: '"1"', 'content-type': 'application/xml' }).end(body)
      const fail = (status: number, code: string) =>
        say(status, `<Error><Code>${code}</Code><Message>no</Message></Error>`)
      if (!mayDo(one)) return void fail(403, refusedAs)
      const md5 = createHash('md5').update(Buffer.concat(parts)).digest('base64')
      const given = request.headers['content-md5']
      if (one.method === 'PUT' && given !== undefined && given !== md5) return void fail(400, 'BadDigest')
      if (one.method === 'PUT') stored.push(one)
      if (one.method === 'DELETE') return void say(204)
      const listing = '<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>'
      say(200, one.method === 'GET' ? listing : '')
    })
  })
})
afterEach(() => workplace.clear())

function readAsked({ method = '', url = '', headers }: IncomingMessage): Asked {
  return { method, key: url.split('?')[0] ?? '', isIfAbsent: headers['if-none-match'] === '*' }
}

async function doctor(...args: string[]): Promise<{ code: number | null; bucket: Result[]; all: Result[] }> {
  const { code, output } = await run(['doctor', '--json', ...args], workplace)
  expect(output).not.toContain('very-secret')
  const { checks } = JSON.parse(output) as { checks: { title: string; results: Result[] }[] }
  const bucket = checks.find(({ title }) => title === 'bucket')?.results ?? []
  return { code, bucket, all: checks.flatMap(({ results }) => results) }
}

function outcomes(results: readonly Result[]): Record<string, string> {
  return Object.fromEntries(results.map(({ name, outcome, finding = outcome }) => [name, finding]))
}

describe('vitals doctor', { timeout: 60_000 }, () => {
  it('is content with credentials that may send and nothing else, and leaves nothing in the bucket', async () => {
    const { code, bucket } = await doctor()
    expect(outcomes(bucket)).toEqual({
      name: 'ok',
      connection: 'ok',
      clock: 'ok',
      'may send': 'ok',
      'may not overwrite': 'ok',
      'may not put elsewhere': 'ok',
      'may not read': 'ok',
      'may not list': 'ok',
      'may not delete': 'ok',
    })
    expect(code).toBe(0)
    expect(stored).toEqual([])
    expect(asked.map(({ method }) => method)).toEqual(['PUT', 'PUT', 'PUT', 'HEAD', 'GET', 'DELETE'])
  })

  it('warns of credentials that may read, list, overwrite and delete, and names the policy; a problem if strict', async () => {
    mayDo = () => true
    const { code, bucket } = await doctor()
    const warnings = bucket.filter(({ outcome }) => outcome === 'warning')
    expect(warnings.map(({ name }) => name)).toEqual([
      'may not overwrite',
      'may not put elsewhere',
      'may not read',
      'may not list',
      'may not delete',
    ])
    expect(warnings[2]).toMatchObject({
      finding: 'may-too-much',
      found: 'these credentials can read the bucket',
      remedy: expect.stringMatching(/^vitals enrol --host web-1 --bucket s3:\/\/vitals /),
    })
    expect(code).toBe(0)
    expect(stored).toEqual([])
    expect((await doctor('--strict')).code).toBe(1)
  })

  it('has a problem with credentials that may not send, with keys that nobody knows, and with a clock that is off', async () => {
    mayDo = () => false
    const unable = await doctor()
    expect(outcomes(unable.bucket)).toMatchObject({ 'may send': 'may-not-send', 'may not read': 'ok' })
    expect(unable.code).toBe(1)
    refusedAs = 'InvalidAccessKeyId'
    const unknown = await doctor()
    expect(unknown.bucket.at(-1)).toMatchObject({
      finding: 'bucket-unusable',
      remedy: expect.stringMatching(/check AWS_ACCESS_KEY_ID/),
    })
    expect(unknown.code).toBe(1)
    refusedAs = 'AccessDenied'
    mayDo = asAgent
    aheadMs = 130_000
    expect((await doctor()).bucket).toContainEqual(
      expect.objectContaining({ finding: 'clock-off', found: expect.stringMatching(/2.min.* behind the store's/) }),
    )
    aheadMs = -20 * 60_000
    const late = await doctor()
    expect(outcomes(late.bucket)).toMatchObject({ clock: 'clock-refused' })
    expect(late.code).toBe(1)
  })

  it('has a problem with a store that is not there, and asks it nothing', async () => {
    workplace.env.AWS_ENDPOINT_URL = 'http://127.0.0.1:1'
    const { code, bucket } = await doctor()
    expect(outcomes(bucket)).toEqual({ name: 'ok', connection: 'store-away' })
    expect(bucket[1]?.remedy).toContain('curl -v http://127.0.0.1:1')
    expect(code).toBe(1)
  })

  it('tells all wrong settings, status 2', async () => {
    workplace.env.MONITOR_INTERVAL = 'soon'
    workplace.env.MONITOR_DISK_THRESHOLD = 'much'
    const { code, output } = await run(['doctor'], workplace)
    expect(code).toBe(2)
    expect(output).toMatch(/2 settings are wrong:\n {2}MONITOR_INTERVAL=soon.*\n {2}MONITOR_DISK_THRESHOLD=much/)
  })

  it('sees the agent beside it, and stops nothing of it', async () => {
    const agent = start(['agent'], workplace)
    await until('a sending', () => stored.length > 0, { child: agent })
    const sent = stored.length
    const { all } = await doctor()
    expect(outcomes(all)).toMatchObject({ process: 'ok', version: 'ok', sending: 'ok' })
    await until('more sendings', () => stored.length > sent + 1, { child: agent })
    agent.signal('SIGKILL')
    await agent.ended
    const dead = await doctor()
    expect(outcomes(dead.all)).toMatchObject({ process: 'agent-dead' })
    expect(dead.code).toBe(1)
  })

  it('prints at most 80 columns where nobody said how wide it is, without colours, the summary last', async () => {
    mayDo = () => true
    const { output } = await run(['doctor'], workplace)
    const tooWide = output.split('\n').filter((line) => line.length > 80 && /\s\S+\s/.test(line.trim()))
    expect(
      tooWide.filter((line) =>
        line
          .trim()
          .split(' ')
          .every((word) => word.length < 60),
      ),
    ).toEqual([])
    expect(output).not.toContain('\u001b')
    expect(output.trimEnd().split('\n').at(-1)).toMatch(/^nothing must be done, \d+ warnings\./)
  })
})
