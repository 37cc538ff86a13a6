import { describe, expect, it } from 'vitest'
import { changeControl, readControl } from '../../../../../adapters/control/control.ts'
import type { SiteRequest } from '../../../../../adapters/http/port.ts'
import { silentLog } from '../../../../../adapters/log/port.ts'
import { noticeKey, nowKey, sentNoticeKey } from '../../../../../core/keys.ts'
import { type LinkPurpose, linkPurposes, signLink } from '../../../../../core/link.ts'
import type { Notice, NoticeStatus } from '../../../../../core/notice.ts'
import { holdOf, holdsNow } from '../../../../../core/telling/hold.ts'
import { createHandler, type OpenDeps } from '../../../../../functions/open/handler.ts'
import { controlLimit, limitTurns } from '../../../../../functions/open/limit.ts'
import { makeNotice, pending } from '../../notify/make-notice.ts'
import { memoryBucket } from '../../rollup/committed-log.ts'
import { firing, hostNow, nowMs, shardNow } from '../status-view.ts'

const key = { id: 'k1', secret: Buffer.alloc(32, 1) }
const incident = 'a'.repeat(12)
const hourMs = 3_600_000

async function siteWith(
  notice: Notice = makeNotice(),
  { status = pending, ...rest }: Partial<OpenDeps> & { status?: NoticeStatus } = {},
) {
  const bucket = memoryBucket()
  const at = status.state === 'sent' ? sentNoticeKey(notice.id, status.atMs) : noticeKey(notice.id)
  await bucket.put(at, Buffer.from(JSON.stringify({ v: 1, notice, status })))
  const alert = firing({
    alert: {
      state: 'firing',
      sinceMs: notice.startedAtMs,
      severity: 'warning',
      incident: { id: incident, startedAtMs: notice.startedAtMs },
    },
  })
  await bucket.put(nowKey('all'), Buffer.from(JSON.stringify(shardNow([hostNow({ alerts: [alert] })]))))
  const time = { nowMs }
  let count = 0
  const handler = createHandler({
    bucket,
    shards: ['all'],
    access: 'everyone',
    linkKeys: [key],
    clock: { now: () => time.nowMs, monotonicMs: () => 0, sleep: async () => {} },
    random: { hex: (bytes) => String(count++).padStart(2 * bytes, '0'), fraction: () => 0.5 },
    log: silentLog,
    timeZone: 'Europe/Berlin',
    notifier: { reachesSomebody: true, destination: 'smtp://mail.example.com' },
    hrefTo: (path) => `/${path}`,
    ...rest,
  })
  const ask = async (path: string, request: Partial<SiteRequest> = {}) => {
    const {
      status: code,
      headers,
      body,
    } = await handler({
      method: 'GET',
      path,
      query: {},
      headers: {},
      body: new Uint8Array(),
      ...request,
    })
    return { code, headers, text: typeof body === 'string' ? body : Buffer.from(body).toString('utf8') }
  }
  const send = (path: string, form: Record<string, string>, request: Partial<SiteRequest> = {}) =>
    ask(path, { method: 'POST', body: Buffer.from(new URLSearchParams(form).toString()), ...request })
  const said = async () => (await readControl(bucket)).control
  return { bucket, time, ask, send, said }
}

function tokenFor(path: string, expiresAtMs = nowMs + 1_000): { query: { token: string } } {
  const link = signLink({ siteUrl: 'http://localhost', path, expiresAtMs, key })
  return { query: { token: new URL(link).searchParams.get('token') ?? '' } }
}

const form = { for: '4h', scope: 'alert', once: '0123abcd', by: 'Ann', comment: 'known, a backup' }

describe('a form', () => {
  it.each(['silence', 'acknowledge'])('to %s is shown by a GET, which changes nothing', async (action) => {
    const { ask, bucket } = await siteWith()
    const before = [...bucket.etags()]
    for (const method of ['GET', 'HEAD']) {
      const { code, text, headers } = await ask(`/${action}/${incident}`, { method })
      expect(code).toBe(200)
      expect(text).toContain('<form class="asking" method="post">')
      expect(text).toContain('CPU on web-1')
      expect(text).not.toContain('<script')
      expect(headers['content-security-policy']).toMatch(
        /^default-src 'none'; style-src 'sha256-[^ ]+'; form-action 'self'/,
      )
    }
    expect([...bucket.etags()]).toEqual(before)
  })

  it('offers an hour, four, the morning of tomorrow by the clock of the site, and a week', async () => {
    const { ask } = await siteWith()
    const { text } = await ask(`/silence/${incident}`)
    for (const words of ['1 hour', '4 hours', 'until tomorrow, 2026-03-02 09:00', '7 days'])
      expect(text).toContain(words)
  })

  it('says why it was not taken, and keeps what was written', async () => {
    const { send, said } = await siteWith()
    for (const [wrong, reason] of [
      [{ by: ' ' }, 'Say who you are'],
      [{ by: 'x'.repeat(65) }, 'Your name has 65 characters; 64 fit.'],
      [{ comment: 'x'.repeat(1_001) }, 'The comment has 1001 characters; 1000 fit.'],
      [{ for: '1y' }, 'for: 1y: expected one of 1h, 4h, tomorrow, 7d'],
      [{ scope: 'all' }, 'scope: all: expected one of alert, rule, host'],
      [{ once: '../x' }, 'expected one of 8 hex digits'],
    ] as const) {
      const { code, text } = await send(`/silence/${incident}`, { ...form, ...wrong })
      expect([code, text.includes(reason)]).toEqual([400, true])
      if (!('comment' in wrong)) expect(text).toContain('known, a backup')
    }
    expect((await said()).silences).toEqual([])
  })
})

describe('a silence by its form', () => {
  it('stands in the control object, and holds what the form said', async () => {
    const { send, said } = await siteWith()
    const { code, text } = await send(`/silence/${incident}`, form)
    expect(code).toBe(200)
    expect(text).toContain('Silenced')
    expect(text).toContain('vitals silence expire 0123abcd')
    const { silences } = await said()
    expect(silences).toEqual([
      {
        id: '0123abcd',
        match: { hosts: ['web-1'], rules: ['cpu'], entities: [''] },
        fromMs: nowMs,
        untilMs: nowMs + 4 * hourMs,
        by: 'Ann',
        comment: 'known, a backup',
        createdAtMs: nowMs,
      },
    ])
  })

  it.each([
    ['alert', true, false, false],
    ['rule', true, true, false],
    ['host', true, false, true],
  ])(
    'of scope %s covers this alert: %s, its rule elsewhere: %s, another rule of the host: %s',
    async (scope, ...covers) => {
      const { send, said } = await siteWith()
      await send(`/silence/${incident}`, { ...form, scope })
      const control = await said()
      const holds = holdsNow({ control, policy: { routes: [], maintenance: [] }, nowMs }, { down: new Map() })
      const subject = { host: 'web-1', tags: {}, rule: 'cpu', entity: '', severity: 'warning' as const, incident }
      const held = [subject, { ...subject, host: 'web-2' }, { ...subject, rule: 'disk', entity: '/' }].map(
        (one) => holdOf(one, holds) !== undefined,
      )
      expect(held).toEqual(covers)
    },
  )

  it('sent twice is one silence, and the second answer says so', async () => {
    const { send, said, time } = await siteWith()
    const [, second] = await Promise.all([send(`/silence/${incident}`, form), send(`/silence/${incident}`, form)])
    time.nowMs += 30_000
    const third = await send(`/silence/${incident}`, form)
    expect((await said()).silences).toHaveLength(1)
    expect(second.code).toBe(200)
    expect(third.text).toContain('This was said before; nothing was changed.')
  })

  it('of a host whose name is a glob covers that host and no other of the same letters', async () => {
    const { send, said } = await siteWith(makeNotice({ host: 'web-*', entity: 'e'.repeat(1_024) }))
    await send(`/silence/${incident}`, form)
    const [silence] = (await said()).silences
    expect(silence?.match.hosts).toEqual(['web-?'])
    expect(silence?.match.entities).toEqual([`${'e'.repeat(255)}*`])
  })
})

describe('an acknowledgement by its form', () => {
  it('is of the incident, and sent twice is the same', async () => {
    const { send, said, time, bucket } = await siteWith()
    expect((await send(`/acknowledge/${incident}`, form)).text).toContain('Acknowledged')
    const { etag } = await readControl(bucket)
    time.nowMs += 5_000
    await send(`/acknowledge/${incident}`, form)
    expect((await said()).acks).toEqual([
      { incident, untilMs: nowMs + 4 * hourMs, by: 'Ann', comment: 'known, a backup', atMs: nowMs },
    ])
    expect((await readControl(bucket)).etag).toBe(etag)
  })

  it('is refused of what is over', async () => {
    const resolved = makeNotice({ kind: 'resolved' })
    const { send, bucket, said } = await siteWith(resolved, {
      status: { state: 'sent', atMs: nowMs, messageId: '<1>', where: 'ops' },
    })
    await bucket.put(nowKey('all'), Buffer.from(JSON.stringify(shardNow([hostNow()]))))
    expect((await send(`/acknowledge/${incident}`, form)).code).toBe(409)
    expect((await said()).acks).toEqual([])
  })
})

describe('by a signed link, where strangers reach it', () => {
  const access = 'signed-links' as const

  it('each form takes a link of its own purpose, and no other one', async () => {
    const { ask, send, said } = await siteWith(makeNotice(), { access })
    for (const action of ['silence', 'acknowledge'] as const) {
      const own = tokenFor(`${action}/${incident}`)
      expect((await ask(`/${action}`, own)).code).toBe(200)
      const others: LinkPurpose[] = [...linkPurposes.filter((one) => one !== action), 'open']
      for (const purpose of others) {
        const path = purpose === 'open' ? '' : purpose === 'report' ? 'report' : `${purpose}/${incident}`
        const { code, text } = await send(`/${action}`, form, tokenFor(path))
        expect([purpose, code, text]).toEqual([purpose, 403, 'This link was made for something else.\n'])
        expect((await send(`/${purpose}`, form, own)).code, purpose).toBe(403)
      }
    }
    expect(await said()).toMatchObject({ silences: [], acks: [] })
  })

  it('none is taken that is forged, expired, of another incident than it was signed for, or plain', async () => {
    const { send, said } = await siteWith(makeNotice(), { access })
    const { token } = tokenFor(`silence/${incident}`).query
    const foreign = token
      .split('.')
      .with(3, Buffer.from(`silence/${'b'.repeat(12)}`).toString('base64url'))
      .join('.')
    for (const given of [
      `${token.slice(0, -4)}AAAA`,
      foreign,
      tokenFor(`silence/${incident}`, nowMs).query.token,
      '',
    ]) {
      expect((await send('/silence', form, { query: { token: given } })).code).toBe(403)
    }
    for (const path of ['/silence', `/silence/${incident}`, `/acknowledge/${incident}`, `/incident/${incident}`]) {
      expect((await send(path, form)).code).toBe(404)
    }
    for (const path of ['silence/', 'silence/../x', `silence/${incident}/x`]) {
      expect((await send('/silence', form, tokenFor(path))).code).toBe(404)
    }
    expect((await said()).silences).toEqual([])
  })

  it('whoever presses too often is told how long to wait, and nothing is changed', async () => {
    const { bucket, ...site } = await siteWith(makeNotice(), { access })
    const limit = { ...controlLimit, most: 2 }
    const clock = { now: () => nowMs }
    const { send, said } = await siteWith(makeNotice(), { access, controlTurn: limitTurns({ bucket, clock }, limit) })
    const own = tokenFor(`silence/${incident}`)
    const codes: number[] = []
    for (const once of ['00000001', '00000002', '00000003']) {
      codes.push((await send('/silence', { ...form, once }, own)).code)
    }
    expect(codes).toEqual([200, 200, 429])
    expect((await said()).silences).toHaveLength(2)
    expect((await site.ask('/silence', own)).code).toBe(200)
  })

  it('an incident shows no way to act: that takes a link for it', async () => {
    const { ask } = await siteWith(makeNotice(), { access })
    const { code, text } = await ask('/incident', tokenFor(`incident/${incident}`))
    expect(code).toBe(200)
    expect(text).not.toContain('/silence')
  })
})

describe('the page of an incident', () => {
  it('says how it stands, who was told, and what operators said', async () => {
    const { ask, bucket } = await siteWith(makeNotice({ note: 'call Bob', runbook: 'https://wiki.example.com/cpu' }))
    await changeControl(bucket, (control) => ({
      ok: true,
      control: { ...control, acks: [{ incident, untilMs: nowMs + hourMs, by: 'Ann', comment: 'mine', atMs: nowMs }] },
    }))
    const { text } = await ask(`/incident/${incident}`)
    for (const words of [
      'Warning',
      'waits to be sent',
      'Acknowledged',
      'by Ann',
      'mine',
      'call Bob',
      'wiki.example.com',
    ]) {
      expect(text).toContain(words)
    }
    expect(text).toContain(`href="/silence/${incident}"`)
  })

  it('has no end while it is open, though it was told as over before late data opened it again', async () => {
    const { ask, bucket } = await siteWith()
    const resolved = makeNotice({ kind: 'resolved' })
    await bucket.put(noticeKey(resolved.id), Buffer.from(JSON.stringify({ v: 1, notice: resolved, status: pending })))
    const { text } = await ask(`/incident/${incident}`)
    expect(text).toContain('<dt>For</dt>')
    expect(text).not.toContain('<dt>Ended</dt>')
  })

  it('says that nobody knows it, any more', async () => {
    const { ask } = await siteWith()
    expect((await ask(`/incident/${'b'.repeat(12)}`)).code).toBe(404)
    expect((await ask('/incident/x')).code).toBe(404)
  })

  it('is text, whatever a host sent', async () => {
    const text = '"><img src=x onerror=alert(1)>\u202e'
    const hostile = makeNotice({ host: text, entity: text, reason: text, note: text, runbook: 'javascript:alert(1)' })
    const { ask, send } = await siteWith({ ...hostile, tags: { [text]: text } })
    for (const page of [
      await ask(`/incident/${incident}`),
      await ask(`/silence/${incident}`),
      await send(`/silence/${incident}`, { ...form, by: text, comment: text }),
      await send(`/silence/${incident}`, { ...form, by: text, comment: text, for: text }),
    ]) {
      expect(page.text).not.toMatch(/<img|\u202e|href="javascript/)
    }
  })
})
