import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openBucket } from '../../adapters/bucket/open.ts'
import { makeBatch, makeInboxObject, makeSnapshot } from '../make.ts'
import { type Offline, startOffline } from './offline-process.ts'
import { until } from './vitals.ts'

describe('the functions in serverless-offline, on a directory', { timeout: 180_000 }, () => {
  let offline: Offline

  beforeAll(async () => {
    // Whoever lives there: schedules are meant in UTC.
    offline = await startOffline([], { TZ: 'America/New_York' })
  }, 120_000)

  afterAll(() => offline?.close())

  it('takes what was sent by its schedule, and open shows it to whoever has the signed link', async () => {
    const bucket = await openBucket(pathToFileURL(join(offline.directory, 'data', 'bucket')).href)
    const { key, body } = makeInboxObject(
      makeBatch({ host: 'web-1', records: [makeSnapshot({ atMs: Date.now() - 60_000 })] }),
    )
    await bucket.put(key, body)
    await until('a commit by schedule', () => bucket.get('state/v1/all.json.zst'), {
      timeoutMs: 90_000,
      child: offline,
    })
    const page = await fetch(offline.link)
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(await page.text()).toContain('web-1')
    expect((await fetch(`${offline.link}x`)).status).toBe(403)
  })

  it('makes a report by the form of the status page, and opens it with what lies beside it', async () => {
    const { link } = offline
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
    expect(await offline.invoke('evaluate')).toEqual([{ outcome: 'idle', shard: 'all' }])
  })
})
