import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import { type ParsedMail, simpleParser } from 'mailparser'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startSmtpServer } from '../contract/smtp-server.ts'
import { axeViolations } from './axe.ts'
import { fitsItsWidth, openBrowser, openPage } from './browser.ts'
import { snapshotOfBucket } from './bucket.ts'
import { expectAlertOnStatusPage, expectReport } from './looks.ts'
import { burn, makeWorkplace, type Running, run, startUp, until, type Workplace } from './vitals.ts'

/**
 * One story, in its order: a machine is watched, gets busy, a mail is sent, it calms down, a second one is sent; meanwhile
 * somebody looks at the pages.
 */
describe('one machine, watched', { timeout: 120_000 }, () => {
  let workplace: Workplace
  let smtp: Awaited<ReturnType<typeof startSmtpServer>>
  let vitals: Running & { site: string }
  let browser: Browser

  beforeAll(async () => {
    smtp = await startSmtpServer()
    workplace = await makeWorkplace({
      MONITOR_INTERVAL: '1',
      MONITOR_CPU_THRESHOLD: '90',
      MONITOR_CPU_WINDOW: '5',
      MONITOR_KEEP_FIRING: '2',
      MONITOR_ROLLUP_INTERVAL: '5',
      MONITOR_SMTP_URL: `smtp://127.0.0.1:${smtp.port}`,
      MONITOR_MAIL_TO: 'oncall@example.com',
      MONITOR_VITALS_FILE: resolve('test/fixtures/told-at-once.yml'),
    })
    browser = await openBrowser()
    vitals = await startUp(workplace)
  }, 60_000)

  afterAll(async () => {
    await browser?.close()
    await workplace?.clear()
    await smtp?.close()
  })

  const mails = (): Promise<ParsedMail[]> => Promise.all(smtp.messages.map((message) => simpleParser(message)))

  it('shows its first snapshot within ten seconds', async () => {
    const page = await until(
      'the host on the page',
      async () => {
        const text = await (await fetch(vitals.site)).text()
        return text.includes('web-1') && /\d\.\d(&#160;|\u00a0| )%/.test(text) && text
      },
      { timeoutMs: 10_000, child: vitals },
    )
    expect(page).toContain('web-1')
  })

  it('sends one mail when the load has crossed the threshold for its window, and shows the alert', async () => {
    const load = burn(availableParallelism())
    try {
      await until('a firing mail', () => smtp.messages.length > 0, { timeoutMs: 40_000, child: vitals })
      const [mail] = await mails()
      expect(mail?.subject).toMatch(/^\[(WARNING|CRITICAL)\] web-1: CPU/)
      expect(mail?.text).toContain('web-1')
      expect(mail?.html).toContain('90')
      const { page, complaints } = await openPage(browser, vitals.site)
      await expectAlertOnStatusPage(page, 'web-1', 90)
      expect(complaints).toEqual([])
      await page.close()
    } finally {
      load.stop()
    }
  })

  it('sends one more when it is over, in the same thread, and then none', async () => {
    await until('a resolved mail', () => smtp.messages.length > 1, { timeoutMs: 40_000, child: vitals })
    await new Promise((wake) => setTimeout(wake, 3_000))
    const [firing, resolved, ...more] = await mails()
    expect(more).toEqual([])
    expect(resolved?.subject).toMatch(/resolved.*web-1/i)
    expect(resolved?.inReplyTo).toBe(firing?.messageId)
  })

  it('makes a report when its button is pressed, with charts and the alert', async () => {
    const { page, complaints } = await openPage(browser, vitals.site)
    await page.getByRole('button', { name: /report/i }).click()
    await page.waitForURL(/\/reports\/.*metrics_report\.html/)
    await expectReport(page, { hosts: ['web-1'], pictures: 5, rule: 'cpu' })
    expect(complaints).toEqual([])
    const reportUrl = page.url()
    await page.close()
    const home = await openPage(browser, vitals.site)
    expect(await home.page.locator(`a[href*="${new URL(reportUrl).pathname}"]`).count()).toBe(1)
    await home.page.close()
    for (const url of [vitals.site, reportUrl]) {
      for (const [colorScheme, width] of [
        ['light', 1280],
        ['dark', 1280],
        ['dark', 380],
      ] as const) {
        const looked = await openPage(browser, url, { colorScheme, width })
        expect(await fitsItsWidth(looked.page), `${url} at ${width}`).toBe(true)
        expect(await axeViolations(looked.page), `${url}, ${colorScheme}, ${width}`).toEqual([])
        await looked.page.close()
      }
    }
  })

  it('ends within two seconds of Ctrl-C, and leaves everything in the bucket', async () => {
    const startMs = performance.now()
    vitals.signal('SIGINT')
    expect(await vitals.ended).toBe(0)
    expect(performance.now() - startMs).toBeLessThan(2_000)
    const { inbox } = await snapshotOfBucket(workplace)
    expect(inbox).toEqual([])
  })

  it('changes nothing when evaluate runs again, and nobody is called down after a goodbye', async () => {
    const before = await snapshotOfBucket(workplace)
    const later = await run(['evaluate', '--json'], workplace)
    expect(JSON.parse(later.output)).toEqual([{ outcome: 'idle', shard: 'all' }])
    expect(await snapshotOfBucket(workplace)).toEqual(before)
  })

  it('makes it of the formats that are asked for, and mails it', async () => {
    const { code, output } = await run(
      ['report', '--hours', '1', '--out', 'out2', '--format', 'json,text', '--mail', 'lead@example.com', '--json'],
      workplace,
    )
    expect(code).toBe(0)
    const { files, mailed } = JSON.parse(output) as { files: string[]; mailed: { where: string } }
    expect(files.map((file) => file.split('/').at(-1)).toSorted()).toEqual(['report.json', 'report.txt'])
    expect(mailed.where).toContain('to lead@example.com')
    const mail = (await mails()).at(-1)
    expect([mail?.to].flat().map((to) => to?.text)).toEqual(['lead@example.com'])
    expect(mail?.headers.get('list')).toMatchObject({
      unsubscribe: { mail: expect.stringContaining('vitals@localhost') },
    })
    const refused = await run(['report', '--format', 'pdf'], workplace)
    expect([refused.code, refused.output]).toEqual([2, expect.stringContaining('--format pdf')])
  })

  it('makes the same report on the command line, into files', async () => {
    const { code, output } = await run(
      ['report', '--host', 'web-1', '--hours', '1', '--out', 'out', '--json'],
      workplace,
    )
    expect(code).toBe(0)
    const { summary, files } = JSON.parse(output) as { summary: string; files: string[] }
    expect(summary).toMatch(/[1-9]\d* alert/)
    expect(files.map((file) => file.split('/').at(-1)).toSorted()).toEqual([
      'alerts.png',
      'metrics_report.html',
      'process_metrics.png',
      'report.json',
      'system_metrics.png',
    ])
  })
})
