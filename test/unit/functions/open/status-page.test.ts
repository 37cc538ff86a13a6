import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { noControl } from '../../../../core/telling/control.ts'
import { renderStatusPage, statusPolicy } from '../../../../functions/open/status-page.ts'
import { makeSnapshot, minuteMs, startMs } from '../../../make.ts'
import { makeNotice } from '../notify/make-notice.ts'
import { firing, hostNow, nowMs, shardNow, statusView } from './status-view.ts'

const textOf = (page: string) =>
  page
    .replace(/<(style|script)>.*?<\/\1>/gs, '')
    .replace(/<[^>]*>/g, ' ')
    .replaceAll('\u00a0', ' ')
    .replaceAll('&#62;', '>')
    .replace(/\s+/g, ' ')
    .replace(/ ([,.:])/g, '$1')
const textOfPage = (...args: Parameters<typeof statusView>) => textOf(renderStatusPage(statusView(...args)))

describe('the status page', () => {
  it('shows a host with its state, its figures and its processes', () => {
    const text = textOfPage()
    expect(text).toContain('web-1 Up')
    expect(text).toContain('snapshot 12 s ago')
    expect(text).toContain('CPU 10.0 %')
    expect(text).toContain('Memory 20.0 %')
    expect(text).toContain('/ 30.0 %')
    expect(text).toContain('100 B/s in')
    expect(text).toContain('init 1')
    expect(text).toContain('All well')
  })

  it('tells why and since when an alert is what it is', () => {
    const text = textOfPage({ hosts: [hostNow({ alerts: [firing()] })] })
    expect(text).toContain('Warning CPU 91.3 % > 80 %, mean of 10 min since 11:55, 5 min 12 s')
    expect(text).toContain('web-1: Warning – Vitals')
  })

  it('says of an alert who takes care of it and what silences it, and leads to its incident', () => {
    const id = 'a'.repeat(12)
    const alert = firing({
      alert: { state: 'firing', severity: 'warning', sinceMs: startMs, incident: { id, startedAtMs: startMs } },
    })
    const until = { untilMs: nowMs + 60 * minuteMs, by: 'Ann', comment: '<b>mine</b>' }
    const silence = { id: '0123abcd', match: { hosts: ['web-*'] }, fromMs: 0, createdAtMs: 0, ...until }
    const over = { ...silence, id: '76543210', expiredAtMs: nowMs - 1 }
    const control = {
      ...noControl,
      acks: [{ incident: id, atMs: nowMs, ...until }],
      silences: [silence, over],
    }
    const page = renderStatusPage(
      statusView({ hosts: [hostNow({ alerts: [alert] })], alerts: { control, hrefTo: (path) => `/${path}` } }),
    )
    expect(page).toContain(`href="/incident/${id}"`)
    expect(page.match(/(?:Acknowledged|Silenced)<\/span> by Ann until 13:00: &#60;b&#62;mine/g)).toHaveLength(2)
    expect(page).toContain('(0123abcd)')
    expect(page).not.toContain('76543210')
  })

  it('says above all hosts when they are silent at once', () => {
    const reason = 'nothing heard of 5 of 5 hosts, of the first for 5 min: the store or the way to it, rather than they'
    const nows = [{ ...shardNow([hostNow()]), allSilent: { sinceMs: nowMs - 5 * minuteMs, reason } }]
    expect(textOfPage({ nows })).toContain(`All hosts are silent Since 11:55: ${reason}.`)
  })

  it('never shows the last figures of a silent host as those of now', () => {
    const lastMs = nowMs - 30 * minuteMs
    const text = textOfPage({ hosts: [hostNow({ lastArrivalMs: lastMs, lastEventMs: lastMs })] })
    expect(text).toContain('web-1 Silent')
    expect(text).toContain('Nothing is known of now. The figures below are the last ones, from 11:30, 30 min ago.')
  })

  it('shows a dash for what a snapshot does not have, never 0', () => {
    const latest = makeSnapshot({ cpu: {}, memory: {}, disks: [], interfaces: [], processes: { top: [] } })
    const text = textOfPage({ hosts: [hostNow({ latest, recent: [] })] })
    expect(text).toContain('CPU – ')
    expect(text).toContain('Memory – ')
    expect(text).toContain('– in')
    expect(text).not.toContain('0.0 %')
  })

  it('says what could not be read, and why', () => {
    const latest = makeSnapshot({ unavailable: { 'disk.percent|/mnt/nas': 'no answer in 1000 ms' } })
    expect(textOfPage({ hosts: [hostNow({ latest })] })).toContain('disk.percent /mnt/nas no answer in 1000 ms')
    expect(textOfPage({ problems: ['site/now/3.json is damaged'] })).toContain(
      'Not readable site/now/3.json is damaged',
    )
  })

  it('draws a gap as a gap', () => {
    const point = (minutesAgo: number) => ({ minuteMs: startMs - minutesAgo * minuteMs, cpuPercent: 5 })
    const whole = Array.from({ length: 60 }, (_, index) => point(59 - index))
    const holed = whole.filter((_, index) => index < 20 || index > 35)
    const cpuLine = (recent: typeof whole) =>
      /aria-label="CPU in the hour.*?<\/svg>/s.exec(
        renderStatusPage(statusView({ hosts: [hostNow({ recent })] })),
      )?.[0] ?? ''
    expect(cpuLine(whole).match(/class="line/g)).toHaveLength(1)
    expect(cpuLine(whole)).not.toContain('class="gap"')
    expect(cpuLine(holed).match(/class="line/g)).toHaveLength(2)
    expect(cpuLine(holed).match(/class="gap"/g)).toHaveLength(1)
    expect(cpuLine([]).match(/class="gap" x="0" y="0" width="240"/)).not.toBeNull()
  })

  it('says so when nobody would be told of an alert', () => {
    const notifier = { reachesSomebody: false, destination: 'logs/mail' }
    expect(textOfPage({ notifier })).toContain('Nobody is told of alerts Mails are kept as files in logs/mail')
    expect(textOfPage()).not.toContain('Nobody is told')
  })

  it('gives several hosts an overview, worst first, and unfolds the worst', () => {
    const page = renderStatusPage(
      statusView({ hosts: [hostNow({ host: 'fine' }), hostNow({ host: 'bad', alerts: [firing()] })] }),
    )
    const cards = [...page.matchAll(/<details class="card host" id="[^"]*"( open)?>.*?class="name">(\w+)/gs)]
    expect(cards.map(([, open, host]) => [host, open !== undefined])).toEqual([
      ['bad', true],
      ['fine', false],
    ])
    expect(textOf(page)).toMatch(/Hosts Host State CPU .* bad Warning .* fine Up/)
  })

  it('links to reports, and to mails that were kept as files', () => {
    const notice = {
      id: 'i',
      kind: 'firing' as const,
      shard: 'all',
      receiver: 'default',
      incident: 'i',
      host: 'web-1',
      rule: 'cpu',
      entity: '',
      severity: 'warning' as const,
      startedAtMs: startMs,
      atMs: startMs,
      reason: 'CPU 91.3 % > 80 %',
      group: 'cpu',
      groupIntervalMs: 0,
    }
    const status = {
      state: 'sent' as const,
      atMs: startMs,
      messageId: 'm',
      where: '/srv/logs/mail/i-default-firing.eml',
    }
    const page = renderStatusPage(
      statusView({
        notices: [{ v: 1, notice, status }],
        reports: [{ href: '/reports/a/index.html', title: 'Daily report', madeAtMs: startMs }],
        reportForm: { action: '/report' },
      }),
    )
    expect(page).toContain('href="/notices/i-default-firing.eml"')
    expect(page).toContain('<a href="/reports/a/index.html">Daily report</a>')
    expect(page).toContain('<form class="report" method="post" action="/report">')
  })

  it('says of a notice which receiver it went to, unless that is everybody, and of all hosts that they are all', () => {
    const notice = makeNotice({ host: '*', rule: 'all-silent', receiver: 'pager' })
    const status = { state: 'sent', atMs: startMs, messageId: '<1@x>', where: 'https://pager.example.com' } as const
    const page = renderStatusPage(statusView({ notices: [{ v: 1, notice, status }] }))
    expect(page).toContain('<th scope="row">all hosts</th>')
    expect(page).toMatch(/<td>pager: [^<]* to https:\/\/pager\.example\.com<\/td>/)
  })

  it('shows whatever a host sends as text', () => {
    const evil = `"'><script>alert(1)</script>`
    const latest = makeSnapshot({
      disks: [[evil, 50]],
      interfaces: [{ name: evil }],
      diskIo: [{ device: evil }],
      processes: { top: [{ pid: 1, name: evil, user: evil, status: evil }] },
      unavailable: { [evil]: evil },
    })
    const host = hostNow({
      host: evil,
      facts: { os: evil, kernel: evil, arch: evil, cpuModel: evil, virtualisation: evil, tags: { [evil]: evil } },
      agentVersion: evil,
      latest,
      alerts: [firing({ rule: evil, entity: evil, reason: evil })],
      findings: [{ kind: 'refused-input', sinceMs: 0, lastMs: 0, count: 2, text: evil }],
    })
    const page = renderStatusPage(
      statusView({
        hosts: [host, host],
        problems: [evil],
        notifier: { reachesSomebody: false, destination: evil },
        reports: [{ href: 'javascript:alert(1)', title: evil, madeAtMs: 0 }],
      }),
    )
    expect(page.match(/<script/g)).toHaveLength(1)
    expect(page).not.toContain(`"'>`)
    expect(page).not.toContain('javascript:')
    expect(page.match(/&#60;script&#62;alert\(1\)/g)?.length).toBeGreaterThan(20)
  })

  it('carries a policy that allows its own script and style sheet, and nothing else', () => {
    const page = renderStatusPage(statusView())
    for (const [element, directive] of [
      ['script', 'script-src'],
      ['style', 'style-src'],
    ]) {
      const [, inner = ''] = new RegExp(`<${element}>(.*?)</${element}>`, 's').exec(page) ?? []
      const hash = createHash('sha256').update(inner).digest('base64')
      expect(statusPolicy).toContain(`${directive} 'sha256-${hash}'`)
    }
    expect(statusPolicy).toContain("default-src 'none'")
    expect(page).not.toMatch(/ (style|on\w+)=/)
    expect(page).not.toMatch(/(src|href)="(https?:)?\/\//)
  })

  it('says what to wait for while no host is known', () => {
    expect(textOfPage({ hosts: [] })).toContain('No host has been evaluated yet')
  })
})

it.each([
  [14, false],
  [16, true],
])('says that nothing is evaluated when evaluate last ran %d minutes ago: %s', (minutes, expected) => {
  const page = renderStatusPage(statusView({ heartbeat: { atMs: nowMs - minutes * 60_000 } }))
  expect(page.includes('Nothing is evaluated')).toBe(expected)
})
