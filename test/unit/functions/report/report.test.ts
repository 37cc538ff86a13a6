import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { countRequests } from '../../../../adapters/bucket/counted.ts'
import { openDirectoryBucket } from '../../../../adapters/bucket/directory.ts'
import type { Bucket } from '../../../../adapters/bucket/port.ts'
import { createEmbeddedRenderer } from '../../../../adapters/charts/embedded.ts'
import { ChartError, type ChartRenderer } from '../../../../adapters/charts/port.ts'
import { systemRandom } from '../../../../adapters/clock/system.ts'
import { readReportIndex } from '../../../../adapters/history/report-index.ts'
import { silentLog } from '../../../../adapters/log/port.ts'
import { type Mail, MailError, type MailSender } from '../../../../adapters/mail/port.ts'
import type { Rule } from '../../../../core/alerts/rule.ts'
import { plainLinks } from '../../../../core/link.ts'
import type { Report } from '../../../../core/report/report.ts'
import type { ProcessSample } from '../../../../core/snapshot.ts'
import { evaluateShard } from '../../../../functions/evaluate/evaluate.ts'
import { createHandler, parseRequest } from '../../../../functions/report/handler.ts'
import { makeReport } from '../../../../functions/report/make-report.ts'
import { previousResolutionOf, resolutionOf } from '../../../../functions/report/period.ts'
import { publishReport } from '../../../../functions/report/publish.ts'
import { rollupShard } from '../../../../functions/rollup/rollup.ts'
import { makeBatch, makeInboxObject, makeSnapshot, makeThreshold, minuteMs, startMs } from '../../../make.ts'

let directory: string
let bucket: Bucket

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'vitals-report-'))
  bucket = await openDirectoryBucket(directory)
})
afterEach(() => rm(directory, { recursive: true, force: true }))

const nowMs = startMs + 60 * minuteMs
const clock = { now: () => nowMs, monotonicMs: () => nowMs, sleep: async () => {} }
const thresholds = { cpuPercent: 80, memoryPercent: 85, diskPercent: 90 }

const mails: Mail[] = []
/** Refuses so often first. */
let refusals = 0
const sender: MailSender = {
  reachesSomebody: true,
  destination: 'a list',
  send: async (mail) => {
    if (refusals-- > 0) throw new MailError('busy')
    mails.push(mail)
    return { messageId: `<${mails.length}@list>`, where: 'a list' }
  },
}

function handler(charts: ChartRenderer = createEmbeddedRenderer(), store: Bucket = bucket) {
  return createHandler({
    bucket: store,
    shardCount: 1,
    charts,
    clock,
    random: systemRandom,
    timeZone: 'UTC',
    thresholds,
    keepReportsDays: 400,
    log: silentLog,
    sender,
    linkTo: plainLinks('https://vitals.example.com'),
  })
}

/** An hour of one host, through evaluate and rollup. */
async function liveAnHour(
  host = 'web-1',
  {
    rules = [],
    disks,
    tags,
    processes,
  }: {
    rules?: Rule[]
    disks?: [string, number][]
    tags?: Record<string, string>
    processes?(minute: number): ProcessSample[]
  } = {},
): Promise<void> {
  const records = Array.from({ length: 60 }, (_, minute) =>
    makeSnapshot({
      atMs: startMs + minute * minuteMs,
      ...(disks ? { disks } : {}),
      ...(processes ? { processes: { top: processes(minute) } } : {}),
    }),
  )
  const { key, body } = makeInboxObject(
    makeBatch({ host, records, facts: { os: 'Debian', ...(tags ? { tags } : {}) } }),
  )
  await bucket.put(key, body)
  await evaluateShard({
    bucket,
    shard: 'all',
    rules: { rules, overrides: [] },
    clock,
    random: systemRandom,
    log: silentLog,
  })
  await rollupShard({ bucket, shard: 'all', log: silentLog })
}

async function read(id: string, name: string): Promise<Buffer> {
  const object = await bucket.get(`site/reports/${id}/${name}`)
  return Buffer.from(object?.body ?? '')
}

describe('report', () => {
  it('publishes the value, the page and the three pictures of the Python module, and lists them', async () => {
    await liveAnHour()
    const { id, files, text } = await handler()({ hours: 1 })
    expect(files.toSorted()).toEqual([
      'alerts.png',
      'metrics_report.html',
      'process_metrics.png',
      'report.json',
      'system_metrics.png',
    ])
    const report = JSON.parse((await read(id, 'report.json')).toString()) as Report
    expect(report.hosts).toMatchObject([{ host: 'web-1', coverage: { snapshots: 60 } }])
    const page = (await read(id, 'metrics_report.html')).toString()
    expect(page.match(/data:image\/png;base64,iVBOR/g)?.length).toBeGreaterThanOrEqual(10)
    for (const name of ['alerts.png', 'process_metrics.png', 'system_metrics.png']) {
      expect((await read(id, name)).subarray(1, 4).toString()).toBe('PNG')
    }
    expect(text).toContain('web-1')
    expect(await readReportIndex(bucket)).toMatchObject([{ id, title: expect.stringContaining('web-1') }])
  })

  it('mails what it published when that is asked, with its pictures and a link, and tries again', async () => {
    await liveAnHour('<web>&1')
    refusals = 2
    const { id, mailed } = await handler()({ hours: 1, mail: true })
    expect(mailed).toEqual({ messageId: '<1@list>', where: 'a list' })
    const [mail] = mails
    expect(mail).toMatchObject({ id: `report-${id}`, subject: '[report] <web>&1, 1 h to 2026-03-01 13:00' })
    expect(mail?.images.map(({ cid }) => cid)).toEqual(['system_metrics', 'process_metrics'])
    const link = `https://vitals.example.com/reports/${id}/metrics_report.html`
    for (const part of [mail?.html, mail?.text]) expect(part).toContain(link)
    expect(mail?.html).toContain('&#60;web&#62;&#38;1')
    expect(mail?.html).not.toContain('<web>')
    for (const { cid } of mail?.images ?? []) expect(mail?.html).toContain(`cid:${cid}`)
  })

  it('tells what it took of the store, which is what the store was asked', async () => {
    await liveAnHour()
    const { bucket: counted, counts } = countRequests(bucket)
    const { id } = await handler(undefined, counted)({ hours: 1 })
    const { cost } = JSON.parse((await read(id, 'report.json')).toString()) as Report
    expect(cost).toEqual(counts())
    expect((await read(id, 'metrics_report.html')).toString()).toMatch(
      /It took \d+ reads and \d+ writes of the store\./,
    )
    const { bucket: paid } = countRequests({ ...counted, url: 's3://name' })
    const again = await handler(undefined, paid)({ hours: 1 })
    const report = JSON.parse((await read(again.id, 'report.json')).toString()) as Report
    const { reads = 0, writes = 0, cents = 0 } = report.cost ?? {}
    expect(cents).toBeCloseTo((reads * 0.04 + writes * 0.5) / 1_000)
  })

  it('mails to the addresses that were asked for', async () => {
    await liveAnHour()
    await handler()({ hours: 1, mail: ['lead@example.com'] })
    expect(mails.at(-1)).toMatchObject({ to: ['lead@example.com'], unsubscribe: 'unsubscribe from reports' })
    await expect(handler()({ mail: ['not an address'] })).rejects.toThrow('event.mail')
    await expect(handler()({ mail: [] })).rejects.toThrow('event.mail')
  })

  it('is of the hosts that have all of the tags, and says so', async () => {
    await liveAnHour('web-1', { tags: { env: 'prod', role: 'web' } })
    await liveAnHour('db-1', { tags: { env: 'prod', role: 'db' } })
    const reportOf = async (event: unknown) => {
      const { id } = await handler()(event)
      return JSON.parse((await read(id, 'report.json')).toString()) as Report
    }
    const prod = await reportOf({ hours: 1, tags: ['env=prod'] })
    expect(prod.hosts.map(({ host }) => host).toSorted()).toEqual(['db-1', 'web-1'])
    expect(prod.tags).toEqual(['env=prod'])
    expect(prod.summary).toContain('2 hosts of env=prod')
    const web = await reportOf({ hours: 1, tags: ['env=prod', 'role=web'] })
    expect(web.hosts.map(({ host }) => host)).toEqual(['web-1'])
    const none = await reportOf({ hours: 1, tags: ['role=cache'] })
    expect(none.hosts).toEqual([])
    expect(none.problems).toEqual(['No host has the tag role=cache: there are env=prod, role=db, role=web'])
    const other = await reportOf({ hours: 1, hosts: ['db-1'], tags: ['role=web'] })
    expect(other.problems[0]).toContain('No host that was named has the tag role=web')
  })

  it('says why it could not be mailed, and is published', async () => {
    await liveAnHour()
    refusals = 3
    await expect(handler()({ hours: 1, mail: true })).rejects.toThrow('busy')
    refusals = 0
    expect(await readReportIndex(bucket)).toHaveLength(1)
  })

  it('is made without its charts when they can’t be drawn, and says so', async () => {
    await liveAnHour()
    const broken: ChartRenderer = {
      name: 'broken',
      render: async () => {
        throw new ChartError('no ink')
      },
    }
    const { id, files } = await handler(broken)({})
    expect(files).toEqual(['report.json', 'metrics_report.html'])
    expect((await read(id, 'metrics_report.html')).toString()).toContain('could not be drawn: no ink')
  })

  it('is its values and their text alone for who wants no picture, and asks nobody to draw', async () => {
    await liveAnHour()
    const charts: ChartRenderer = {
      name: 'idle',
      render: async () => {
        throw new Error('was asked')
      },
    }
    const made = await makeReport(
      { bucket, shards: ['all'], charts, clock, timeZone: 'UTC', thresholds },
      { period: { fromMs: startMs, toMs: nowMs }, drawn: false },
    )
    expect(made.files.map(({ name }) => name)).toEqual(['report.json'])
    expect([...made.hostPages()]).toEqual([])
    expect(made.text).toContain('web-1')
  })

  it('names an alert that has been open since before the period', async () => {
    const rule = makeThreshold({ id: 'disk', metric: 'disk.percent', threshold: 90, clear: 88 })
    await liveAnHour('web-1', { rules: [rule], disks: [['/var', 95]] })
    const { id, text } = await handler()({ fromMs: startMs + 40 * minuteMs, toMs: nowMs })
    const report = JSON.parse((await read(id, 'report.json')).toString()) as Report
    expect(report.hosts[0]?.alerts).toMatchObject([{ rule: 'disk', entity: '/var', startedAtMs: startMs }])
    expect(report.hosts[0]?.now?.facts).toEqual({ os: 'Debian' })
    expect(text).toContain('1 alert, still open')
  })

  it('is made when the view of now is damaged, and says so', async () => {
    await liveAnHour()
    await bucket.put('site/now/all.json', Buffer.from('{'))
    const { id } = await handler()({ hours: 1 })
    const report = JSON.parse((await read(id, 'report.json')).toString()) as Report
    expect(report.problems).toEqual([expect.stringContaining("site/now/all.json can't be read")])
    expect(report.hosts.map(({ host }) => host)).toEqual(['web-1'])
  })

  it('has the hosts that are asked for, and no others', async () => {
    await liveAnHour('web-1')
    await liveAnHour('web-2')
    const { id } = await handler()({ hosts: ['web-2'], hours: 1 })
    const report = JSON.parse((await read(id, 'report.json')).toString()) as Report
    expect(report.hosts.map(({ host }) => host)).toEqual(['web-2'])
  })

  it('says of a host that nobody knows which there are', async () => {
    await liveAnHour('web-1')
    const { id, text } = await handler()({ hosts: ['wbe-1'], hours: 1 })
    expect(text).toContain('! Nothing is known of wbe-1: there are web-1')
    expect((await read(id, 'metrics_report.html')).toString()).toContain('Nothing is known of wbe-1')
  })

  it('of a host with ten thousand processes an hour is no larger, and has those that matter', async () => {
    const jobs = (minute: number) =>
      Array.from({ length: 170 }, (_, at) => ({
        pid: at + 2,
        name: `job-${minute}-${at}`,
        cpuPercent: 0.1,
        rssBytes: 1e6,
      }))
    await liveAnHour('web-1', {
      processes: (minute) => [{ pid: 1, name: 'java', cpuPercent: 70, rssBytes: 4e9 }, ...jobs(minute)],
    })
    const { id } = await handler()({ hours: 1 })
    const report = JSON.parse((await read(id, 'report.json')).toString()) as Report
    expect(report.hosts[0]?.processes[0]).toMatchObject({ name: 'java', cpuPercentMean: 70, seenPercent: 100 })
    expect(report.hosts[0]?.processes.length).toBeLessThanOrEqual(30)
    expect((await read(id, 'report.json')).byteLength).toBeLessThan(100_000)
    expect((await read(id, 'metrics_report.html')).byteLength).toBeLessThan(1_000_000)
  })

  it('is listed once each when several are made at the same time', async () => {
    const made = {
      report: {
        generatedAtMs: nowMs,
        period: { fromMs: startMs, toMs: nowMs },
        timeZone: 'UTC',
        hosts: [],
      } as unknown as Report,
      files: [],
      hostPages: () => [],
    }
    const ids = await Promise.all(
      Array.from({ length: 5 }, () =>
        publishReport({ bucket, clock, random: systemRandom, log: silentLog, keepReportsDays: 400 }, made),
      ),
    )
    expect((await readReportIndex(bucket)).map(({ id }) => id).toSorted()).toEqual(ids.toSorted())
  })

  it.each<[event: unknown, reason: RegExp]>([
    [{ hours: -1 }, /event\.hours/],
    [{ hours: 'many' }, /event\.hours/],
    [{ fromMs: nowMs, toMs: startMs }, /expected the end after the beginning/],
    [{ fromMs: 0 }, /expected 400 days at most/],
    [{ fromMs: 0, toMs: Number.MAX_SAFE_INTEGER }, /event\.toMs/],
    [{ hosts: 'web-1' }, /event\.hosts/],
    [{ hosts: ['x'.repeat(129)] }, /event\.hosts\.0/],
    [{ hosts: Array(1_001).fill('x') }, /event\.hosts/],
  ])('refuses %j with the field', (event, reason) => {
    expect(() => parseRequest(event, nowMs)).toThrow(reason)
  })

  it.each([
    [24, 1, '5m', '1h'],
    [48, 1, '5m', '1h'],
    [23, 1, '5m', '5m'],
    [49, 1, '1h', '1h'],
    [24 * 60, 20, '1h', '1d'],
    [24 * 365, 1, '1d', '1d'],
    [24, 100, '5m', '1h'],
    [24, 1_000, '1h', '1h'],
    [24 * 7, 1_000, '1d', '1d'],
  ] as const)(
    'of %d hours and %d hosts is made of buckets of %s, and the time before of %s',
    (hours, hosts, own, before) => {
      const period = { fromMs: startMs, toMs: startMs + hours * 3_600_000 }
      expect(resolutionOf(period, hosts)).toBe(own)
      expect(previousResolutionOf(period, own)).toBe(before)
    },
  )

  it('is made of hours where most hosts send a snapshot every ten minutes: a line of five minutes would be dots', () => {
    const period = { fromMs: startMs, toMs: startMs + 24 * 3_600_000 }
    expect(resolutionOf(period, 3, [60_000, 600_000, 600_000])).toBe('1h')
    expect(resolutionOf(period, 3, [60_000, 60_000, 600_000])).toBe('5m')
  })
})
