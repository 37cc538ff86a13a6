/**
 * The whole way of the data on a store that others run: agents, inbox, evaluate, notify, rollup, report, and the page read
 * back. Each part is the real command in a process of its own; no function of AWS is in it.
 */
import { spawn } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type ParsedMail, simpleParser } from 'mailparser'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openBucket } from '../../adapters/bucket/open.ts'
import { pagesOf } from '../../adapters/bucket/pages.ts'
import { type LocalSmtpServer, startSmtpServer } from '../contract/smtp-server.ts'
import { snapshotOfBucket } from './bucket.ts'
import { makeWorkplace, type Running, run, start, startUp, until, type Workplace } from './vitals.ts'

const hosts = ['web-1', 'web-2']
const worker = 'story-worker'
/** Each incident in a message of its own, at once; one host misses its worker within seconds. */
const rules = `rules:
  - { id: worker-gone, absent: "process:${worker}", after: 1s, where: { hosts: [web-1] } }
routes:
  - { to: [default], group: { by: [rule, host], interval: 0s } }
`

/** `openPlace`: the URL of a bucket, or of a part of one, with nothing in it; asked before the first test. */
export function describeFleetStory(
  where: string,
  openPlace: () => Promise<string>,
  settings: Record<string, string> = {},
): void {
  describe(`vitals up and two agents on ${where}`, () => {
    const workplaces: Workplace[] = []
    let bucketUrl: string
    let smtp: LocalSmtpServer
    let hub: Workplace
    let vitals: Running & { site: string }
    let agents: Running[]
    let endWorker = () => {}

    async function workplaceOf(host: string): Promise<Workplace> {
      const workplace = await makeWorkplace({
        MONITOR_BUCKET: bucketUrl,
        MONITOR_HOST: host,
        MONITOR_INTERVAL: '1',
        MONITOR_BATCH: '2',
        MONITOR_WATCH: `name:${worker}`,
        MONITOR_EVALUATE_INTERVAL: '1',
        MONITOR_ROLLUP_INTERVAL: '2',
        MONITOR_SMTP_URL: `smtp://127.0.0.1:${smtp.port}`,
        MONITOR_MAIL_TO: 'oncall@example.com',
        ...settings,
      })
      workplaces.push(workplace)
      return workplace
    }

    /** A process of this name; it ends when we do, since its input does. */
    async function startWorker(): Promise<() => void> {
      const path = join(hub.directory, worker)
      await writeFile(path, '#!/bin/sh\nread line\n', { mode: 0o700 })
      const child = spawn(path, { stdio: ['pipe', 'ignore', 'ignore'] })
      return () => void child.kill('SIGKILL')
    }

    /** Of the worker: this machine's disk may be full. */
    const mails = async (): Promise<ParsedMail[]> =>
      (await Promise.all(smtp.messages.map((message) => simpleParser(message)))).filter(({ subject }) =>
        subject?.includes(worker),
      )
    const untilMails = (count: number) =>
      until(`mail ${count}`, async () => (await mails()).length >= count, { timeoutMs: 60_000, child: vitals })

    beforeAll(async () => {
      bucketUrl = await openPlace()
      smtp = await startSmtpServer()
      hub = await workplaceOf('hub')
      await writeFile(join(hub.directory, 'vitals.yml'), rules)
      endWorker = await startWorker()
      vitals = await startUp(hub, ['--no-agent'])
      agents = []
      for (const host of hosts) agents.push(start(['agent'], await workplaceOf(host)))
    })

    afterAll(async () => {
      endWorker()
      for (const workplace of workplaces) await workplace.clear()
      await smtp?.close()
    })

    it('shows the hosts whose agents send to it', async () => {
      const showsBoth = async () => {
        const page = await (await fetch(vitals.site)).text()
        return hosts.every((host) => page.includes(host))
      }
      await until('both hosts on the page', showsBoth, { timeoutMs: 60_000, child: vitals })
    })

    it('mails once that a process is gone, and once, in the same thread, that it is back', async () => {
      endWorker()
      await untilMails(1)
      endWorker = await startWorker()
      await untilMails(2)
      const [firing, resolved, ...more] = await mails()
      expect(more).toEqual([])
      expect(firing?.subject).toMatch(/^\[CRITICAL\] web-1: /)
      expect(resolved?.subject).toMatch(/resolved.*web-1/i)
      expect(resolved?.inReplyTo).toBe(firing?.messageId)
    })

    it('makes a report of them, and the page stands in the store as it was shown', async () => {
      const origin = new URL(vitals.site).origin
      const shown = await fetch(`${origin}/report`, { method: 'POST', headers: { origin }, body: 'hours=1' })
      expect(shown.url).toMatch(/\/reports\/.*metrics_report\.html$/)
      const page = await shown.text()
      for (const host of hosts) expect(page).toContain(host)
      expect(page).toContain('worker-gone')
      const bucket = await openBucket(bucketUrl)
      const keys = (await bucket.list('site/reports/')).objects.map(({ key }) => key)
      const key = keys.find((one) => one.endsWith('/metrics_report.html')) ?? 'there is none'
      expect(Buffer.from((await bucket.get(key))?.body ?? []).toString()).toBe(page)
      // As `open` on AWS hands it to a browser.
      const opened = await fetch((await bucket.presign?.(key)) ?? '')
      expect(opened.headers.get('content-type')).toBe('text/html; charset=utf-8')
      expect(opened.headers.get('content-encoding')).toBeNull()
      expect(await opened.text()).toBe(page)
    })

    it('keeps in its lake what the agents sent, and says what it holds, of which nothing is old', async () => {
      const [exported, stored] = await Promise.all([
        run(['export', '--host', 'web-1', '--format', 'ndjson'], hub),
        run(['storage', '--json'], hub),
      ])
      const rows: { host: string }[] = exported.output
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line))
      expect(rows.length).toBeGreaterThan(3)
      expect(new Set(rows.map(({ host }) => host))).toEqual(new Set(['web-1']))
      const { rows: kinds, total } = JSON.parse(stored.output)
      const prefixes = kinds.map(({ prefix }: { prefix: string }) => prefix)
      expect(prefixes).toEqual(expect.arrayContaining(['lake/', 'log/', 'state/', 'site/reports/']))
      expect(total.removable.objects).toBe(0)
    })

    it('ends, leaves nothing in the inbox, and evaluate finds nothing to change', async () => {
      for (const agent of agents) {
        agent.signal('SIGTERM')
        expect(await agent.ended).toBe(0)
      }
      vitals.signal('SIGINT')
      expect(await vitals.ended).toBe(0)
      await until('an empty inbox', async () => {
        await run(['evaluate'], hub)
        return (await snapshotOfBucket({ bucketUrl })).inbox?.length === 0
      })
      const before = await snapshotOfBucket({ bucketUrl })
      const { output } = await run(['evaluate', '--json'], hub)
      expect(output.split('\n')).toContain('[{"outcome":"idle","shard":"all"}]')
      expect(await snapshotOfBucket({ bucketUrl })).toEqual(before)
    })

    it('made no key that is a folder of another', async () => {
      const keys: string[] = []
      for await (const page of pagesOf(await openBucket(bucketUrl), '')) keys.push(...page.map(({ key }) => key))
      expect(keys.length).toBeGreaterThan(10)
      expect(keys.filter((key) => keys.some((other) => other.startsWith(`${key}/`)))).toEqual([])
    })
  })
}
