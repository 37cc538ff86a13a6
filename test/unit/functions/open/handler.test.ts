import { describe, expect, it, vi } from 'vitest'
import { BucketError } from '../../../../adapters/bucket/port.ts'
import { addToReportIndex } from '../../../../adapters/history/report-index.ts'
import type { SiteRequest, SiteResponse } from '../../../../adapters/http/port.ts'
import { silentLog } from '../../../../adapters/log/port.ts'
import { nowKey } from '../../../../core/keys.ts'
import { signLink } from '../../../../core/link.ts'
import { createHandler, type OpenDeps } from '../../../../functions/open/handler.ts'
import type { AskedReport } from '../../../../functions/open/report-request.ts'
import { statusPolicy } from '../../../../functions/open/status-page.ts'
import { memoryBucket } from '../rollup/committed-log.ts'
import { hostNow, nowMs, shardNow } from './status-view.ts'

const key = { id: 'k1', secret: Buffer.alloc(32, 1) }
const clock = { now: () => nowMs, monotonicMs: () => 0, sleep: async () => {} }

async function site(rest: Partial<OpenDeps> = {}) {
  const bucket = memoryBucket()
  await bucket.put(nowKey('all'), Buffer.from(JSON.stringify(shardNow([hostNow()]))))
  await bucket.put('site/reports/a/index.html', Buffer.from('<h1>Report</h1>'))
  await addToReportIndex(bucket, { id: 'a', title: 'Report', generatedAtMs: nowMs, fromMs: 0, toMs: nowMs })
  const handler = createHandler({
    bucket,
    shards: ['all'],
    access: 'everyone',
    linkKeys: [key],
    clock,
    random: { hex: (bytes: number) => '0'.repeat(2 * bytes), fraction: () => 0.5 },
    log: silentLog,
    timeZone: 'UTC',
    notifier: { reachesSomebody: true, destination: 'smtp://mail.example.com' },
    hrefTo: (path) => `/${path}`,
    ...rest,
  })
  const ask = (path: string, request: Partial<SiteRequest> = {}) =>
    handler({ method: 'GET', path, query: {}, headers: {}, body: new Uint8Array(), ...request })
  return { bucket, ask }
}

function textOf({ body }: SiteResponse): string {
  return Buffer.from(body as Uint8Array).toString('utf8')
}

const reportPath = 'reports/2026-03-01-0123456789abcdef/metrics_report.html'

/** A report of two pages, and one that the first one's link must not open. */
async function siteWithReports(rest: Partial<OpenDeps> = {}) {
  const { bucket, ask } = await site({ access: 'signed-links', ...rest })
  await bucket.put(`site/${reportPath}`, Buffer.from('<h1>Overview</h1>'))
  await bucket.put('site/reports/2026-03-01-0123456789abcdef/hosts/~2E.html', Buffer.from('<h1>.</h1>'))
  await bucket.put('site/reports/2026-03-01-ffffffffffffffff/metrics_report.html', Buffer.from('<h1>Other</h1>'))
  return { bucket, ask }
}

function tokenFor(path: string, expiresAtMs = nowMs + 1_000): Record<string, string> {
  const link = signLink({ siteUrl: 'http://localhost', path, expiresAtMs, key })
  return { token: new URL(link).searchParams.get('token') ?? '' }
}

describe('the site', () => {
  it('shows the status page under its own policy', async () => {
    const { ask } = await site()
    const { status, headers, body } = await ask('/')
    expect(status).toBe(200)
    expect(headers['content-security-policy']).toBe(statusPolicy)
    expect(String(body)).toContain('web-1')
    expect(String(body)).toContain('/reports/a/metrics_report.html')
  })

  it('shows the rest when a shard can’t be read, and says which', async () => {
    const { bucket, ask } = await site({ shards: ['all', 'b'] })
    await bucket.put(nowKey('b'), Buffer.from('{'))
    const body = String((await ask('/')).body)
    expect(body).toContain('site/now/b.json is damaged')
    expect(body).toContain('web-1')
  })

  it('shows hosts when the reports can’t be listed', async () => {
    const { bucket, ask } = await site()
    const get = bucket.get.bind(bucket)
    bucket.get = async (key, options) => {
      if (!key.endsWith('index.json')) return get(key, options)
      throw new BucketError('the store is away', { operation: 'get', key, effect: 'none' })
    }
    const body = String((await ask('/')).body)
    expect(body).toContain('reports: the store is away')
    expect(body).toContain('web-1')
  })

  it('serves reports by their path, and nothing else of the bucket', async () => {
    const { bucket, ask } = await site()
    await bucket.put('state/v1/all.json.zst', Buffer.from('secret'))
    expect(textOf(await ask('/reports/a/index.html'))).toBe('<h1>Report</h1>')
    for (const path of [
      '/reports/',
      '/reports/b',
      '/reports/../now/all.json',
      '/state/v1/all.json.zst',
      '/now/all.json',
    ]) {
      expect((await ask(path)).status).toBe(404)
    }
  })

  it('opens a signed link at the address of what it names', async () => {
    const { ask } = await site()
    const answer = await ask('/open', { query: tokenFor('reports/a/index.html') })
    expect([answer.status, answer.headers.location]).toEqual([303, '/reports/a/index.html'])
  })

  it('says why it doesn’t open a link', async () => {
    const { ask } = await site()
    const expired = await ask('/open', { query: tokenFor('reports/a/index.html', nowMs) })
    expect([expired.status, expired.body]).toEqual([403, 'This link has expired.\n'])
    expect((await ask('/open')).status).toBe(403)
  })

  it('redirects nowhere else, whatever was signed', async () => {
    const { ask } = await site()
    expect((await ask('/open', { query: tokenFor('/evil.example.com') })).status).toBe(404)
    expect((await ask('/open', { query: tokenFor('../state') })).status).toBe(404)
  })

  it('opens by a signed link only, where strangers reach it: the status page, or one object', async () => {
    const { ask } = await site({ access: 'signed-links' })
    for (const path of ['/', '/reports/a/index.html', '/report']) expect((await ask(path)).status).toBe(404)
    const page = await ask('/open', { query: tokenFor('') })
    expect([page.status, String(page.body).includes('web-1')]).toEqual([200, true])
    expect(textOf(await ask('/open', { query: tokenFor('reports/a/index.html') }))).toBe('<h1>Report</h1>')
  })

  it('sends to the store itself for an object, where it can', async () => {
    const presign = async (key: string) => `https://store.example.com/${key}?signature`
    const { bucket, ask } = await site({ access: 'signed-links' })
    bucket.presign = presign
    const { status, headers } = await ask('/open', { query: tokenFor('reports/a/index.html') })
    expect([status, headers.location]).toEqual([303, 'https://store.example.com/site/reports/a/index.html?signature'])
    expect((await ask('/open', { query: tokenFor('../state') })).status).toBe(404)
  })

  it('gives mails that were kept as files for download only', async () => {
    const readNoticeFile = vi.fn(async () => Buffer.from('Subject: x'))
    const { ask } = await site({ readNoticeFile })
    const { headers, body } = await ask('/notices/i-default-firing.eml')
    expect(headers['content-disposition']).toBe('attachment; filename="i-default-firing.eml"')
    expect(String(body)).toBe('Subject: x')
    readNoticeFile.mockClear()
    for (const name of ['../../etc/passwd', 'a.html', '.eml', 'a"b.eml', 'a/b.eml']) {
      expect((await ask(`/notices/${name}`)).status).toBe(404)
    }
    expect(readNoticeFile).not.toHaveBeenCalled()
  })

  it('makes a report when its form is sent, and shows it', async () => {
    const makeReport = vi.fn(async (asked: AskedReport) => ({
      href: `/reports/${'hours' in asked ? asked.hours : asked.fromMs}`,
    }))
    const { ask } = await site({ makeReport })
    const answer = await ask('/report', { method: 'POST', body: Buffer.from('hours=6') })
    expect([answer.status, answer.headers.location]).toEqual([303, '/reports/6'])
    for (const hours of ['0', '-1', '1e9', 'x', '']) {
      expect((await ask('/report', { method: 'POST', body: Buffer.from(`hours=${hours}`) })).status).toBe(400)
    }
    expect((await ask('/', { method: 'POST' })).status).toBe(405)
    expect(makeReport).toHaveBeenCalledTimes(1)
    // An address that strangers could name would make everybody's mails ours.
    await ask('/report', { method: 'POST', body: Buffer.from('hours=6&mail=victim%40example.com') })
    expect(makeReport.mock.calls).toEqual([[{ hours: 6 }], [{ hours: 6 }]])
  })

  it('says why a report could not be made', async () => {
    const { ask } = await site({ makeReport: async () => ({ failed: 'the bucket is away' }) })
    const answer = await ask('/report', { method: 'POST', body: Buffer.from('hours=6') })
    expect([answer.status, answer.body]).toEqual([503, 'The report could not be made: the bucket is away\n'])
  })

  it('opens nothing but signed links where strangers can reach it', async () => {
    const { ask } = await site({ access: 'signed-links' })
    for (const path of ['/', '/reports/a/index.html', '/report', '/notices/a.eml']) {
      expect((await ask(path)).status).toBe(404)
    }
    const opened = await ask('/open', { query: tokenFor('reports/a/index.html') })
    expect(textOf(opened)).toBe('<h1>Report</h1>')
  })
})

describe('a report of several pages, by its signed link', () => {
  it('is opened with all of its pages, each under the token of the link', async () => {
    const { ask } = await siteWithReports()
    const query = tokenFor(reportPath)
    const { status, headers } = await ask('/open', { query })
    expect([status, headers.location]).toEqual([303, `/r/${query.token}/metrics_report.html`])
    expect(textOf(await ask(headers.location ?? ''))).toBe('<h1>Overview</h1>')
    const page = await ask(`/r/${query.token}/hosts/~2E.html`)
    expect([page.status, textOf(page)]).toEqual([200, '<h1>.</h1>'])
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8')
    expect(page.headers['content-security-policy']).toContain("frame-ancestors 'none'")
  })

  it('opens nothing of another report, nothing beside reports, and no list', async () => {
    const { bucket, ask } = await siteWithReports()
    await bucket.put('state/v1/all.json.zst', Buffer.from('secret'))
    const { token } = tokenFor(reportPath)
    for (const file of [
      '',
      'hosts/',
      'hosts',
      'hosts/none.html',
      '../2026-03-01-ffffffffffffffff/metrics_report.html',
      'hosts/../../index.json',
      '../index.json',
      '../../now/all.json',
      '../../../state/v1/all.json.zst',
      '/etc/passwd',
    ]) {
      expect((await ask(`/r/${token}/${file}`)).status, file).toBe(404)
    }
  })

  it('opens no report by a link to something else, by a forged one, or after its time', async () => {
    const { ask } = await siteWithReports()
    for (const path of ['', 'reports/a/index.html', 'now/all.json']) {
      expect((await ask(`/r/${tokenFor(path).token}/metrics_report.html`)).status, path).toBe(404)
    }
    expect((await ask(`/r/${tokenFor('report').token}/metrics_report.html`)).status).toBe(403)
    const { token = '' } = tokenFor(reportPath)
    const forged = `${token.slice(0, -4)}AAAA`
    expect((await ask(`/r/${forged}/metrics_report.html`)).status).toBe(403)
    expect((await ask('/r/x/metrics_report.html')).status).toBe(403)
    expect((await ask(`/r/${token}`)).status).toBe(404)
    const expired = await ask(`/r/${tokenFor(reportPath, nowMs).token}/metrics_report.html`)
    expect([expired.status, expired.body]).toEqual([403, 'This link has expired.\n'])
  })

  it('is sent to the store itself where a page is larger than a function may answer', async () => {
    const { bucket, ask } = await siteWithReports()
    bucket.presign = async (key) => `https://store.example.com/${key}?signature`
    await bucket.put(`site/${reportPath}`, Buffer.alloc(4 * 1024 * 1024 + 1))
    const { token } = tokenFor(reportPath)
    expect((await ask(`/r/${token}/metrics_report.html`)).headers.location).toBe(
      `https://store.example.com/site/${reportPath}?signature`,
    )
    expect((await ask(`/r/${token}/hosts/~2E.html`)).status).toBe(200)
  })

  it('is at its own address on this machine, where its pages lie beside it', async () => {
    const { ask } = await siteWithReports({ access: 'everyone' })
    expect((await ask('/open', { query: tokenFor(reportPath) })).headers.location).toBe(`/${reportPath}`)
    expect(textOf(await ask('/reports/2026-03-01-0123456789abcdef/hosts/~2E.html'))).toBe('<h1>.</h1>')
  })
})

describe('a report on demand, by its signed link', () => {
  const form = { method: 'POST', body: Buffer.from('hours=6') }
  const made = () =>
    vi.fn(async (asked: AskedReport) => ({ href: `/reports/${'hours' in asked ? asked.hours : asked.fromMs}` }))

  it('is made by what is sent, and not by whoever looks at the link', async () => {
    const makeReport = made()
    const { ask } = await site({ access: 'signed-links', makeReport })
    const query = tokenFor('report')
    for (const method of ['GET', 'HEAD']) {
      const page = await ask('/report', { method, query })
      expect([page.status, String(page.body).includes('<form')]).toEqual([200, true])
      expect(page.headers['content-security-policy']).toContain("form-action 'self'")
    }
    expect(makeReport).not.toHaveBeenCalled()
    const answer = await ask('/report', { ...form, query })
    expect([answer.status, answer.headers.location]).toEqual([303, '/reports/6'])
    expect(makeReport).toHaveBeenCalledTimes(1)
  })

  it('is made by no other link, and by none', async () => {
    const makeReport = made()
    const { ask } = await site({ access: 'signed-links', makeReport })
    for (const path of ['', 'reports/a/index.html', reportPath]) {
      expect((await ask('/report', { ...form, query: tokenFor(path) })).status, path).toBe(403)
    }
    expect((await ask('/report', form)).status).toBe(404)
    expect((await ask('/report', { ...form, query: { token: 'x' } })).status).toBe(403)
    expect((await ask('/report', { ...form, query: tokenFor('report', nowMs) })).status).toBe(403)
    expect((await ask('/open', { query: tokenFor('report') })).status).toBe(403)
    expect(makeReport).not.toHaveBeenCalled()
  })

  it('is refused with the time to wait when too many were made, and the status page has a link of its own for it', async () => {
    const hrefTo = (path: string) => `/to-${path}`
    const makeReport = async () => ({ waitMs: 61_200 })
    const { ask } = await site({ access: 'signed-links', makeReport, hrefTo })
    const answer = await ask('/report', { ...form, query: tokenFor('report') })
    expect([answer.status, answer.headers['retry-after']]).toEqual([429, '62'])
    expect(String((await ask('/open', { query: tokenFor('') })).body)).toContain('action="/to-report"')
  })
})
