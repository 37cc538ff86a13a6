import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { alertmanagerPayload } from '../../../../adapters/receivers/payload/alertmanager.ts'
import { slackPayload } from '../../../../adapters/receivers/payload/slack.ts'
import { vitalsPayload } from '../../../../adapters/receivers/payload/vitals.ts'
import { type NoticeKind, noticeId } from '../../../../core/notice.ts'
import { hostileNames, hostileNotice, makeMessage } from '../../../contract/message.ts'
import { makeNotice } from '../../functions/notify/make-notice.ts'

const kinds: NoticeKind[] = ['firing', 'escalated', 'repeat', 'resolved', 'amended', 'test']
const full = makeNotice({
  kind: 'escalated',
  severity: 'critical',
  severityBefore: 'warning',
  entity: '/var',
  round: 2,
  note: 'call Zoë',
  runbook: 'https://wiki.example.com/disk',
  tags: { env: 'prod', '9-lives': 'yes' },
  late: { learnedAtMs: 1_772_366_400_000 },
  flapping: true,
  datapoints: [[1_772_366_400_000, 91.3]],
  top: [{ pid: 7, name: 'nginx', startedAtMs: 0, cpuPercent: 3, rssBytes: 1, status: 'running' }],
})

describe('JSON of format vitals', () => {
  const schema = JSON.parse(readFileSync(new URL('../../../../docs/message.schema.json', import.meta.url), 'utf8'))
  const validate = new Ajv2020({ strict: true, strictRequired: false, allErrors: true }).compile(schema)
  const errorsIn = (payload: unknown) => {
    validate(JSON.parse(JSON.stringify(payload)))
    return (validate.errors ?? []).map(({ instancePath, message, params }) => [instancePath, message, params])
  }

  it.each(kinds)('is as its schema says, of kind %s', (kind) => {
    expect(errorsIn(vitalsPayload(makeMessage({ notices: [makeNotice({ kind })] })))).toEqual([])
  })

  it('is as its schema says with everything in it, and nothing left over', () => {
    const incidents = { [full.incident]: { page: 'https://x/p', report: 'https://x/r', silence: 'https://x/s' } }
    const links = { statusPage: 'https://x/', incidents }
    const payload = vitalsPayload(makeMessage({ notices: [full, makeNotice()], kind: 'digest', links }))
    expect(errorsIn(payload)).toEqual([])
    expect(payload.notices[0]).toMatchObject({
      severityBefore: 'warning',
      entity: '/var',
      startedAt: '2026-03-01T12:00:00.000Z',
      learnedAt: '2026-03-01T12:00:00.000Z',
      datapoints: [{ at: '2026-03-01T12:00:00.000Z', value: 91.3 }],
      processes: [{ pid: 7, name: 'nginx', cpuPercent: 3, rssBytes: 1 }],
      links: incidents[full.incident],
    })
  })

  it.each(hostileNames)('carries the name %j as it is: as data', (name) => {
    const payload = JSON.parse(JSON.stringify(vitalsPayload(makeMessage({ notices: [hostileNotice(name)] }))))
    expect(errorsIn(payload)).toEqual([])
    expect(payload.notices[0].host).toBe(name)
  })
})

describe('JSON as Alertmanager has it', () => {
  const alertsOf = (...notices: ReturnType<typeof makeNotice>[]) => alertmanagerPayload(makeMessage({ notices }))

  it('tells a beginning, and its end by the same fingerprint', () => {
    const begins = alertsOf(makeNotice({ rule: 'disk', entity: '/var' }))
    const ends = alertsOf(makeNotice({ rule: 'disk', entity: '/var', kind: 'resolved' }))
    expect(begins).toMatchObject({
      version: '4',
      status: 'firing',
      receiver: 'default',
      truncatedAlerts: 0,
      externalURL: 'https://vitals.example.com/',
      commonLabels: { alertname: 'disk', instance: 'web-1', severity: 'warning', entity: '/var' },
      alerts: [{ status: 'firing', endsAt: '0001-01-01T00:00:00Z', annotations: { summary: expect.any(String) } }],
    })
    expect(ends).toMatchObject({
      status: 'resolved',
      alerts: [{ status: 'resolved', endsAt: '2026-03-01T12:20:00.000Z' }],
    })
    expect(ends?.alerts[0]?.fingerprint).toBe(begins?.alerts[0]?.fingerprint)
    expect(begins?.alerts[0]?.fingerprint).toMatch(/^[0-9a-f]{16}$/)
  })

  it('has tags as labels by names that Prometheus takes, which never stand in for its own', () => {
    const tags = { '9-lives': 'yes', severity: 'none', alertname: 'x', env: 'prod' }
    const labels = alertsOf(makeNotice({ tags }))?.alerts[0]?.labels
    expect(labels).toMatchObject({ _9_lives: 'yes', severity: 'warning', alertname: 'cpu', env: 'prod' })
  })

  it('has in common what all of its alerts have', () => {
    const other = makeNotice({ incident: 'b'.repeat(12), host: 'web-2' })
    const payload = alertsOf(makeNotice(), other)
    expect(payload?.commonLabels).toEqual({ alertname: 'cpu', severity: 'warning' })
    expect(payload?.alerts).toHaveLength(2)
  })

  it('is firing while one of them is', () => {
    expect(alertsOf(makeNotice({ kind: 'resolved' }), makeNotice({ incident: 'b'.repeat(12) }))?.status).toBe('firing')
  })
})

describe('JSON as Slack has it', () => {
  const textsOf = (payload: ReturnType<typeof slackPayload>) => JSON.stringify(payload)

  it.each(hostileNames)('lets the name %j call nobody, link to nothing and begin no line', (name) => {
    const payload = slackPayload(makeMessage({ notices: [hostileNotice(name)], subject: name }))
    const marked = payload.blocks.flatMap((block) =>
      'text' in block && block.text && 'verbatim' in block.text ? [block.text] : [],
    )
    expect(marked).toHaveLength(1)
    expect(marked[0]).toMatchObject({ type: 'mrkdwn', verbatim: true })
    expect(marked[0]?.text).not.toMatch(/<|>/)
    expect(marked[0]?.text.split('\n')).toHaveLength(4)
    expect(payload.text).not.toMatch(/<|>/)
  })

  it('stays within what Slack takes: 50 blocks, 3,000 characters a section, 150 a header', () => {
    const notices = Array.from({ length: 400 }, (_, index) => {
      const incident = String(index).padStart(12, '0')
      return makeNotice({ ...hostileNotice('&'.repeat(250)), id: noticeId(incident, 'default', 'firing'), incident })
    })
    const payload = slackPayload(makeMessage({ notices, subject: '&'.repeat(500) }))
    expect(payload.blocks.length).toBeLessThanOrEqual(50)
    const lengths = payload.blocks.map((block) => ('text' in block ? (block.text?.text.length ?? 0) : 0))
    expect(Math.max(...lengths)).toBeLessThanOrEqual(3_000)
    expect(lengths[0]).toBeLessThanOrEqual(150)
    expect(textsOf(payload)).toContain('and 355 more')
  })

  it('leads to the status page, and to nothing else that stands in a link', () => {
    const links = { statusPage: 'https://vitals.example.com/|<!channel>' }
    expect(textsOf(slackPayload(makeMessage({ links })))).toContain(
      '<https://vitals.example.com/%7C%3C!channel%3E|Open',
    )
    const other = { statusPage: 'javascript:alert(1)' }
    expect(textsOf(slackPayload(makeMessage({ links: other })))).not.toContain('javascript')
  })
})
