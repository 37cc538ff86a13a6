import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Notice } from '../../../../../core/notice.ts'
import { renderMessage } from '../../../../../functions/notify/mail/message.ts'
import { makeNotice } from '../make-notice.ts'

const options = { links: { statusPage: 'http://127.0.0.1:8423/' }, timeZone: 'Europe/Berlin' }
const gib = 2 ** 30

const firing = makeNotice({
  top: [
    { pid: 4121, name: 'postgres', user: 'postgres', cpuPercent: 312.4, rssBytes: 7.42 * gib },
    { pid: 1, name: 'init' },
  ],
})
const resolved = makeNotice({ kind: 'resolved', value: 41, reason: 'CPU 41.0 % ≤ 75 %, mean of 10 min' })
const hostDown = makeNotice({
  rule: 'host-down',
  severity: 'critical',
  reason: 'nothing heard for 6 min; it sends every 60 s',
})

describe('the text part stands alone', () => {
  it('of a firing: who, what, why, since when, what was busiest, where to look', () => {
    expect(renderMessage([firing], options).text).toBe(`FIRING (warning)  web-1
CPU is at 91.3 %, above 80 %

Why:      CPU 91.3 % > 80 %, mean of 10 min
Since:    2026-03-01 13:00 Europe/Berlin (12:00 UTC)
          told after 10 min, when it was certain
Incident: aaaaaaaaaaaa

Busiest at that moment (100 % CPU is one core busy):
  312 %  7.42 GiB  postgres (pid 4121, postgres)
      –         –  init (pid 1)

Open the status page: http://127.0.0.1:8423/

-- 
One more mail comes when this is over.
Vitals · notice aaaaaaaaaaaa-default-firing
`)
  })

  it('of a resolved: from when to when', () => {
    expect(renderMessage([resolved], { links: {}, timeZone: 'UTC' }).text).toBe(`RESOLVED (was warning)  web-1
CPU is back at 41.0 %

Why:      CPU 41.0 % ≤ 75 %, mean of 10 min
Began:    2026-03-01 12:00 UTC
Ended:    2026-03-01 12:20 UTC
Lasted:   20 min
Incident: aaaaaaaaaaaa

-- 
This incident is over.
Vitals · notice aaaaaaaaaaaa-default-resolved
`)
  })
})

describe('several notices', () => {
  const hosts = ['web-1', 'web-2', 'db-1'].map((host, index) =>
    makeNotice({ host, incident: String(index).repeat(12), severity: index === 2 ? 'critical' : 'warning' }),
  )

  it('are one message, the worst first, its subject naming all', () => {
    const { subject, text } = renderMessage(hosts, options)
    expect(subject).toBe('[FIRING 3] CPU on web-1, web-2, db-1 #222222222222 +2')
    expect(text.match(/^\w+ \(\w+\) {2}.*$/gm)).toEqual([
      'FIRING (critical)  db-1',
      'FIRING (warning)  web-1',
      'FIRING (warning)  web-2',
    ])
  })

  it('stay below the 102 kB at which Gmail clips, and say how many they leave out', () => {
    const long = { host: '"'.repeat(128), rule: 'disk', entity: '"'.repeat(1_024), reason: '"'.repeat(512) }
    const { html, text } = renderMessage(
      Array.from({ length: 100 }, () => makeNotice(long)),
      options,
    )
    expect(Buffer.byteLength(html)).toBeLessThan(100_000)
    expect(text).toContain('more, which the status page shows')
  })
})

describe('times', () => {
  it.each([
    ['UTC', '2026-03-01 12:00 UTC'],
    ['Europe/Berlin', '2026-03-01 13:00 Europe/Berlin (12:00 UTC)'],
    ['Asia/Kolkata', '2026-03-01 17:30 Asia/Kolkata (12:00 UTC)'],
    ['Pacific/Auckland', '2026-03-02 01:00 Pacific/Auckland (2026-03-01 12:00 UTC)'],
  ])('stand in the zone %s and in UTC', (timeZone, time) => {
    expect(renderMessage([firing], { ...options, timeZone }).text).toContain(`${time}\n`)
  })
})

describe('HTML', () => {
  it('says what the text says', () => {
    const { html } = renderMessage([firing], options)
    for (const said of [
      'web-1',
      'CPU is at 91.3\u00a0%, above 80\u00a0%',
      'postgres',
      '7.42\u00a0GiB',
      'aaaaaaaaaaaa',
    ]) {
      expect(html).toContain(said)
    }
    expect(html).toContain('href="http://127.0.0.1:8423/"')
  })

  it('has a word and a colour for each state', () => {
    const badges = [firing, hostDown, resolved, makeNotice({ kind: 'test' })].map((notice) =>
      /class="badge-(\w+)"[^>]*>(\w+)</.exec(renderMessage([notice], options).html)?.slice(1),
    )
    expect(badges).toEqual([
      ['warning', 'firing'],
      ['critical', 'firing'],
      ['ok', 'resolved'],
      ['stopped', 'test'],
    ])
  })

  it('has no link where there is no site, and none that is not http', () => {
    expect(renderMessage([firing], { ...options, links: {} }).html).not.toContain('href')
    expect(renderMessage([firing], { ...options, links: { statusPage: 'javascript:alert(1)' } }).html).toContain(
      'href="#"',
    )
  })

  it('stays far below the 102 kB at which Gmail clips, with the longest names there are', () => {
    const name = '"'.repeat(256)
    const top = Array.from({ length: 5 }, (_, pid) => ({ pid, name, user: name }))
    const long = { host: '"'.repeat(128), rule: 'disk', entity: '"'.repeat(1_024), reason: '"'.repeat(512), top }
    expect(Buffer.byteLength(renderMessage([makeNotice(long)], options).html)).toBeLessThan(100_000)
  })
})

describe('whatever a host sends', () => {
  const hostile = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.constantFrom(
      '<script>alert(1)</script>',
      '"><img src=x onerror=alert(1)>',
      "'--></style></title><svg onload=x>",
      '{{= it.host }}{{~ it }}',
      'web-1\r\nBcc: thief@example.com',
      'web-1\n\nIncident: none',
      '\u202egpj.exe',
      '&lt;b&gt;',
    ),
  )
  const dull = renderMessage([makeNotice({ ...namesOf('x'), rule: 'disk' })], options)

  it('changes no element of the HTML, begins no line of the text, and leaves the subject one printable line', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const mail = renderMessage([makeNotice({ ...namesOf(text), rule: 'disk' })], options)
        expect(elementsOf(mail.html)).toEqual(elementsOf(dull.html))
        expect(mail.text.split('\n')).toHaveLength(dull.text.split('\n').length)
        expect(mail.text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u)
        expect(mail.subject).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u)
      }),
      { numRuns: 300 },
    )
  })
})

function namesOf(text: string): Partial<Notice> {
  return { host: text, entity: `/${text}`, reason: text, top: [{ pid: 1, name: text, user: text, cpuPercent: 1 }] }
}

function elementsOf(html: string): string[] {
  return html.match(/<[^\s>]+/g) ?? []
}
