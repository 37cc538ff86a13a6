import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { plainLinks } from '../../../../../core/link.ts'
import { type Notice, type NoticeKind, noticeId } from '../../../../../core/notice.ts'
import { linksFor } from '../../../../../functions/notify/links.ts'
import { renderMessage } from '../../../../../functions/notify/mail/message.ts'
import type { Evidence } from '../../../../../functions/notify/mail/view.ts'
import { minuteMs, startMs } from '../../../../make.ts'
import { makeNotice } from '../make-notice.ts'

const gib = 2 ** 30
const site = plainLinks('http://127.0.0.1:8423')
const id = 'a'.repeat(12)

const render = (notices: readonly Notice[], rest: Partial<Parameters<typeof renderMessage>[1]> = {}) =>
  renderMessage(notices, { links: linksFor(notices, site), timeZone: 'Europe/Berlin', ...rest })

const firing = makeNotice({
  top: [
    { pid: 4121, name: 'postgres', user: 'postgres', cpuPercent: 312.4, rssBytes: 7.42 * gib },
    { pid: 1, name: 'init' },
  ],
  note: 'Call the owner of web-1',
  runbook: 'https://wiki.example.com/cpu',
  tags: { env: 'prod', role: 'web' },
  datapoints: [
    [startMs, 88],
    [startMs + 10 * minuteMs, 91.3],
  ],
})

const chart = {
  png: Buffer.from('png'),
  width: 552,
  height: 230,
  alt: 'CPU of web-1: 41.0 % at 09:00, 91.3 % at 13:10.',
}
const evidence = new Map<string, Evidence>([
  [firing.id, { chart, changes: ['12:58 nginx: restarted', '12:30 kernel: 6.1.1 → 6.1.2'] }],
])

describe('the text part stands alone', () => {
  it('of a firing: who, what, why, since when, whom to call, what was busiest, what changed, what can be done', () => {
    expect(render([firing], { evidence }).text).toBe(`WARNING (firing)  web-1
CPU is at 91.3 %, above 80 %

Why:      CPU 91.3 % > 80 %, mean of 10 min
Since:    2026-03-01 13:00 Europe/Berlin (12:00 UTC)
          told after 10 min, when it was certain
Note:     Call the owner of web-1
Runbook:  https://wiki.example.com/cpu
Values:   13:00 88.0 %, 13:10 91.3 %
Tags:     env=prod role=web
Incident: aaaaaaaaaaaa
          rule cpu

Acknowledge:
http://127.0.0.1:8423/acknowledge/${id}

Silence:
http://127.0.0.1:8423/silence/${id}

Incident:
http://127.0.0.1:8423/incident/${id}

Report of that time:
http://127.0.0.1:8423/report/${startMs - 180 * minuteMs}-${startMs + 70 * minuteMs}/web-1

Status page:
http://127.0.0.1:8423/

Busiest at that moment (100 % CPU is one core busy):
  312 %  7.42 GiB  postgres (pid 4121, postgres)
      –         –  init (pid 1)

CPU of web-1: 41.0 % at 09:00, 91.3 % at 13:10.

What changed since:
  12:58 nginx: restarted
  12:30 kernel: 6.1.1 → 6.1.2

-- 
One more comes when this is over.
Vitals · notice aaaaaaaaaaaa-default-firing
`)
  })

  it('of a resolved: from when to when; there is nothing to acknowledge', () => {
    const resolved = makeNotice({ kind: 'resolved', value: 41, reason: 'CPU 41.0 % ≤ 75 %, mean of 10 min' })
    expect(render([resolved], { links: {}, timeZone: 'UTC' }).text).toBe(`RESOLVED (was warning)  web-1
CPU is back at 41.0 %

Why:      CPU 41.0 % ≤ 75 %, mean of 10 min
Began:    2026-03-01 12:00 UTC
Ended:    2026-03-01 12:20 UTC
Lasted:   20 min
Incident: aaaaaaaaaaaa
          rule cpu

-- 
This incident is over.
Vitals · notice aaaaaaaaaaaa-default-resolved
`)
    expect(render([resolved]).text).not.toMatch(/acknowledge|silence/)
  })

  it.each<[NoticeKind, Partial<Notice>, string[]]>([
    [
      'escalated',
      { severity: 'critical', severityBefore: 'warning' },
      ['CRITICAL (was warning, it got worse)  web-1', 'Severity: warning → critical', 'Worse:    2026-03-01 13:10'],
    ],
    ['repeat', { repeat: 2 }, ['WARNING (still firing, reminder 2)  web-1', 'For:      10 min']],
    [
      'amended',
      { late: { learnedAtMs: startMs + 40 * minuteMs } },
      [
        'AMENDED (late data changed what was told)  web-1',
        'CPU began 13:00, learned 13:40',
        'Learned:  2026-03-01 13:40',
        'its samples came late: began 13:00, learned 13:40',
      ],
    ],
    ['firing', { flapping: true }, ['WARNING (flapping: told once, then held until it is calm)  web-1']],
    [
      'firing',
      { late: { learnedAtMs: startMs + 40 * minuteMs } },
      ['its samples came late: began 13:00, learned 13:40'],
    ],
    [
      'firing',
      {
        rule: 'memory',
        about: { kind: 'threshold', metric: 'memory.percent', agg: 'avg', op: '>' },
        top: [{ pid: 1, name: 'a' }],
      },
      ['Largest at that moment'],
    ],
    ['test', {}, ['TEST  web-1', 'Sent:']],
  ])('of kind %s with %o', (kind, changes, lines) => {
    const { text, html } = render([makeNotice({ kind, ...changes })])
    for (const line of lines) expect(text).toContain(line)
    expect(html).toContain('web-1')
  })
})

describe('times', () => {
  it.each([
    ['UTC', '2026-03-01 12:00 UTC'],
    ['Europe/Berlin', '2026-03-01 13:00 Europe/Berlin (12:00 UTC)'],
    ['Asia/Kolkata', '2026-03-01 17:30 Asia/Kolkata (12:00 UTC)'],
    ['Pacific/Auckland', '2026-03-02 01:00 Pacific/Auckland (2026-03-01 12:00 UTC)'],
  ])('stand in the zone %s and in UTC', (timeZone, time) => {
    expect(render([firing], { timeZone }).text).toContain(`${time}\n`)
  })
})

describe('HTML', () => {
  it('says what the text says, and shows the chart with the numbers for whom it is blocked', () => {
    const { html, images } = render([firing], { evidence })
    for (const said of [
      'CPU is at 91.3\u00a0%, above 80\u00a0%',
      'postgres',
      '7.42\u00a0GiB',
      id,
      'nginx: restarted',
    ]) {
      expect(html).toContain(said)
    }
    expect(html).toContain('href="http://127.0.0.1:8423/"')
    expect(html).toContain('href="https://wiki.example.com/cpu"')
    expect(html).toMatch(/<img[^>]*alt="CPU of web-1: 41.0 % at 09:00, 91.3 % at 13:10."[^>]*src="cid:chart-1"/)
    expect(images).toEqual([{ cid: 'chart-1', fileName: 'chart-1.png', png: chart.png }])
  })

  it('has a word and a colour for each state', () => {
    const kinds: [NoticeKind, Partial<Notice>][] = [
      ['firing', {}],
      ['escalated', { severity: 'critical' }],
      ['resolved', {}],
      ['resolved', { gone: true }],
      ['amended', {}],
      ['test', {}],
    ]
    const badges = kinds.map(([kind, rest]) =>
      /class="badge-(\w+)"[^>]*>(\w+)</.exec(render([makeNotice({ kind, ...rest })]).html)?.slice(1),
    )
    expect(badges).toEqual([
      ['warning', 'warning'],
      ['critical', 'critical'],
      ['ok', 'resolved'],
      ['stopped', 'resolved'],
      ['noData', 'amended'],
      ['stopped', 'test'],
    ])
  })

  it('has no link where there is no site, and none that is not http', () => {
    const plain = makeNotice()
    expect(render([plain], { links: linksFor([plain], undefined) }).html).not.toContain('href')
    const { html } = render([makeNotice({ runbook: 'javascript:alert(1)' })], {
      links: { statusPage: 'data:text/html,x' },
    })
    expect(html.match(/href="[^"]*"/g)).toEqual(['href="#"', 'href="#"'])
  })

  it('stays far below the 102 kB at which Gmail clips, with the longest of everything', () => {
    const name = '"'.repeat(256)
    const long = makeNotice({
      host: '"'.repeat(128),
      entity: '"'.repeat(1_024),
      reason: '"'.repeat(512),
      note: '"'.repeat(512),
      top: Array.from({ length: 5 }, (_, pid) => ({ pid, name, user: name })),
      tags: Object.fromEntries(Array.from({ length: 32 }, (_, tag) => [`${name}${tag}`, name])),
    })
    expect(Buffer.byteLength(render([long]).html)).toBeLessThan(100_000)
  })
})

describe('several notices', () => {
  const hosts = ['web-1', 'web-2', 'db-1'].map((host, index) =>
    makeNotice({ host, incident: String(index).repeat(12), severity: index === 2 ? 'critical' : 'warning' }),
  )

  it('are one message, the worst first, its subject naming all', () => {
    const { subject, text } = render(hosts)
    expect(subject).toBe('[FIRING 3, 1 critical] CPU on db-1, web-1, web-2 #222222222222 +2')
    expect(text.match(/^\w+ \(\w+\) {2}.*$/gm)).toEqual([
      'CRITICAL (firing)  db-1',
      'WARNING (firing)  web-1',
      'WARNING (firing)  web-2',
    ])
    expect(text).toContain('  Silence: http://127.0.0.1:8423/silence/222222222222\n')
  })

  it.each<[string, Partial<Notice>[]]>([
    ['[FIRING 2] CPU on web-1, web-2', [{}, { host: 'web-2' }]],
    ['[CRITICAL 2] CPU on web-1, web-2', [{ severity: 'critical' }, { host: 'web-2', severity: 'critical' }]],
    ['[FIRING 1, RESOLVED 1] CPU on web-1, web-2', [{}, { host: 'web-2', kind: 'resolved' }]],
    [
      '[RESOLVED 2] web-1: CPU, queue',
      [{ kind: 'resolved' }, { kind: 'resolved', rule: 'queue', about: undefined }] as Partial<Notice>[],
    ],
    [
      '[FIRING 5] CPU on web-0, web-1, web-2 and 2 more',
      Array.from({ length: 5 }, (_, index) => ({ host: `web-${index}` })),
    ],
    [
      '[FIRING 5] CPU on host-0.example.com and 4 more',
      Array.from({ length: 5 }, (_, index) => ({ host: `host-${index}.example.com` })),
    ],
  ])('have the subject %s', (subject, changes) => {
    const notices = changes.map((one, index) => makeNotice({ incident: String(index).repeat(12), ...one }))
    expect(render(notices).subject).toBe(`${subject} #000000000000 +${changes.length - 1}`)
    expect(subject.length).toBeLessThanOrEqual(60)
  })

  it('say of a digest why it came', () => {
    const { subject, text } = render(hosts, { digest: { capPerHour: 60 } })
    expect(subject).toMatch(/^\[DIGEST 3, 1 critical\] CPU on /)
    expect(text).toContain('More than 60 messages in an hour: these would have been the next ones.')
  })

  it('show the pictures of those that have one, in the order of the list', () => {
    const [web1, , db1] = hosts as [Notice, Notice, Notice]
    const pictures = new Map<string, Evidence>([
      [web1.id, { chart: { ...chart, png: Buffer.from('web-1') } }],
      [db1.id, { chart: { ...chart, png: Buffer.from('db-1') } }],
    ])
    const { html, images } = render(hosts, { evidence: pictures })
    expect(images.map(({ cid, png }) => [cid, Buffer.from(png).toString()])).toEqual([
      ['chart-1', 'db-1'],
      ['chart-2', 'web-1'],
    ])
    expect(html.match(/cid:chart-\d/g)).toEqual(['cid:chart-1', 'cid:chart-2'])
  })

  it('stay below the 102 kB at which Gmail clips, a hundred and with the longest names, and say how many they leave out', () => {
    const long = { host: '"'.repeat(128), rule: 'disk', entity: '"'.repeat(1_024), reason: '"'.repeat(512) }
    for (const rest of [long, {}]) {
      const hundred = Array.from({ length: 100 }, (_, index) =>
        makeNotice({ incident: index.toString(16).padStart(12, '0'), host: `web-${index}`, ...rest }),
      )
      const { html, text } = render(hundred)
      expect(Buffer.byteLength(html)).toBeLessThan(100_000)
      expect(text).toMatch(/^and \d+ more, which the status page/m)
    }
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
  const kinds = ['firing', 'escalated', 'repeat', 'resolved', 'amended'] as const

  it.each(kinds)(
    'changes no element of the HTML, no line of the text and no header, in any field of kind %s',
    (kind) => {
      const seen = (text: string) => {
        const [one, two] = ['0', '1'].map((digit) => fieldsOf(text, kind, digit)) as [Notice, Notice]
        const told = new Map(
          [one, two].map((notice): [string, Evidence] => [
            notice.id,
            { chart: { ...chart, alt: text }, changes: [text] },
          ]),
        )
        return [[one], [one, two]].map((notices) => render(notices, { evidence: told, siteName: text }))
      }
      const dull = seen('x')
      fc.assert(
        fc.property(hostile, (text) => {
          for (const [index, { html, text: plain, subject }] of seen(text).entries()) {
            expect(elementsOf(html)).toEqual(elementsOf(dull[index]?.html ?? ''))
            expect(plain.split('\n')).toHaveLength(dull[index]?.text.split('\n').length ?? 0)
            expect(plain.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u)
            expect(subject).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u)
          }
        }),
        { numRuns: 60 },
      )
    },
  )
})

function fieldsOf(text: string, kind: NoticeKind, digit: string): Notice {
  const incident = digit.repeat(12)
  return makeNotice({
    kind,
    incident,
    id: noticeId(incident, 'default', kind),
    receiver: text,
    host: text,
    entity: `/${text}`,
    reason: text,
    note: `note ${text}`,
    runbook: `https://wiki.example.com/${text}`,
    tags: { [`k${text}`]: text },
    severityBefore: 'warning',
    top: [{ pid: 1, name: text, user: text, cpuPercent: 1 }],
  })
}

function elementsOf(html: string): string[] {
  return html.match(/<[^\s>]+/g) ?? []
}
