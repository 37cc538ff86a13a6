/** From the mail of an alert to its forms, in a browser, and what the next runs make of what was said there. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type ParsedMail, simpleParser } from 'mailparser'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openBucket } from '../../adapters/bucket/open.ts'
import { readShardState } from '../../adapters/bucket/shard-state.ts'
import { makeBatch, makeInboxObject, makeSnapshot } from '../make.ts'
import { axeViolations } from './axe.ts'
import { fitsItsWidth, openBrowser, openPage } from './browser.ts'
import { makeWorkplace, type Running, startUp, until, type Workplace } from './vitals.ts'

describe('the mail of an alert', { timeout: 90_000 }, () => {
  let workplace: Workplace
  let vitals: Running & { site: string }
  let browser: Browser
  let mail: ParsedMail

  const send = async (seq: number, disks: [mount: string, usedPercent: number][]) => {
    const bucket = await openBucket(workplace.bucketUrl)
    const { key, body } = makeInboxObject(makeBatch({ seq, records: [makeSnapshot({ atMs: Date.now(), disks })] }))
    await bucket.put(key, body, { ifAbsent: true })
  }
  const mails = () => readdir(join(workplace.directory, 'logs', 'mail')).catch((): string[] => [])
  const state = async () => (await readShardState(await openBucket(workplace.bucketUrl), 'all'))?.state
  const linkTo = (page: string) =>
    new RegExp(`^http://127\\.0\\.0\\.1:\\d+/${page}/[0-9a-f]{12}$`, 'm').exec(mail.text ?? '')?.[0] ?? ''

  beforeAll(async () => {
    workplace = await makeWorkplace({ MONITOR_EVALUATE_INTERVAL: '1' })
    browser = await openBrowser()
    vitals = await startUp(workplace, ['--no-agent'])
    await send(1, [['/var', 99]])
    const [name = ''] = await until('a mail', async () => (await mails()).length > 0 && mails(), { child: vitals })
    mail = await simpleParser(await readFile(join(workplace.directory, 'logs', 'mail', name)))
  }, 60_000)
  afterAll(async () => {
    await browser?.close()
    await workplace?.clear()
  })

  it('leads to a form that fits a phone, says all without a script, and changes nothing by being looked at', async () => {
    expect(mail.subject).toMatch(/^\[WARNING\] web-1: Disk \/var 99\.0 % > 90 % #[0-9a-f]{12}$/)
    for (const page of ['acknowledge', 'silence', 'incident']) {
      const looked = await openPage(browser, linkTo(page), { width: 380, colorScheme: 'dark' })
      expect([page, await fitsItsWidth(looked.page), await axeViolations(looked.page), looked.complaints]).toEqual([
        page,
        true,
        [],
        [],
      ])
      await looked.page.close()
    }
    expect((await state())?.control).toBeUndefined()
  })

  it('takes an acknowledgement, which the next run of evaluate knows', async () => {
    const { page, complaints } = await openPage(browser, linkTo('acknowledge'))
    await page.getByLabel('Who you are').fill('Ann')
    await page.getByRole('button', { name: 'Acknowledge' }).click()
    expect(await page.getByRole('status').textContent()).toContain('Disk /var on web-1')
    expect(complaints).toEqual([])
    await page.goto(linkTo('incident'))
    expect(await page.textContent('main')).toContain('by Ann')
    await page.close()
    const taken = await until('evaluate to take it', async () => (await state())?.control, { child: vitals })
    expect(taken.acks).toMatchObject([{ by: 'Ann', comment: '' }])
  })

  it('takes a silence of a rule, of which nobody is told any more', async () => {
    const { page } = await openPage(browser, linkTo('silence'))
    await page.getByLabel('7 days').check()
    await page.getByLabel('Disk on all hosts').check()
    await page.getByLabel('Who you are').fill('Ann')
    await page.getByLabel('Why').fill('a new disk is on its way')
    await page.getByRole('button', { name: 'Silence' }).click()
    expect(await page.getByRole('status').textContent()).toContain('Disk on all hosts')
    await page.close()
    await until('evaluate to take it', async () => (await state())?.control?.silences.length === 1, { child: vitals })
    await send(2, [
      ['/var', 99],
      ['/srv', 99],
    ])
    const held = await until(
      'evaluate to hold it',
      async () => Object.values((await state())?.telling ?? {}).find(({ entity }) => entity === '/srv')?.held,
      { child: vitals },
    )
    expect(held).toMatch(/^silence [0-9a-f]{8} of Ann until .*: a new disk is on its way$/)
    expect(await mails()).toHaveLength(1)
  })

  it('takes no form of another site', async () => {
    const before = await state()
    const body = new URLSearchParams({ for: '1h', scope: 'host', once: '0123abcd', by: 'a stranger' })
    for (const headers of [{}, { origin: 'https://evil.example.com' }, { 'sec-fetch-site': 'cross-site' }]) {
      const { status } = await fetch(linkTo('silence'), { method: 'POST', body, headers })
      expect(status).toBe(403)
    }
    expect((await state())?.control).toEqual(before?.control)
  })
})
