import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type SiteServer, startSiteServer } from '../../adapters/http/site-server.ts'
import { axeViolations } from './axe.ts'
import { fitsItsWidth, openBrowser, openPage } from './browser.ts'
import { fleetFiles, hostileName, storyPage } from './report-story.ts'

let browser: Browser
let server: SiteServer
let html: string

beforeAll(async () => {
  html = await storyPage()
  browser = await openBrowser()
  const log = { debug() {}, info() {}, warn() {}, error() {} }
  const headers = { 'content-type': 'text/html; charset=utf-8' }
  server = await startSiteServer({ port: 0, log, routes: async () => ({ status: 200, headers, body: html }) })
})

afterAll(async () => {
  await browser?.close()
  await server?.stop()
})

function firstFigure(page: Page) {
  return page.locator('figure:has(> details)').first()
}

async function hoverMiddle(page: Page, share = 0.2): Promise<void> {
  const over = firstFigure(page).locator('.u-over')
  await over.scrollIntoViewIfNeeded()
  const box = await over.boundingBox()
  if (!box) throw new Error('the chart has no size')
  await page.mouse.move(box.x + box.width * share, box.y + box.height / 2)
}

describe('the page of a report, with its script', () => {
  it('breaks no policy of its own, asks nothing of the network and runs nothing that a host sent', async () => {
    const { page, complaints } = await openPage(browser, server.url)
    await hoverMiddle(page)
    expect(await page.locator('figure.live canvas').count()).toBe(5)
    expect(complaints).toEqual([])
    expect(html.split(/<\/script/i).length - 1).toBe(7)
    expect(html).not.toContain(hostileName)
    await page.close()
  })

  it('tells the values under the cursor, in all charts at once, and what a gap and an alert are', async () => {
    const { page } = await openPage(browser, server.url)
    await hoverMiddle(page)
    const buttons = firstFigure(page).getByRole('button', { name: /^CPU/ })
    expect(await buttons.textContent()).toMatch(/^CPU[\d.]+\u00a0%$/)
    expect(await page.locator('figure.live').nth(2).locator('.lines').textContent()).toMatch(
      /Received[\d.]+\u00a0MiB\/s/,
    )
    await hoverMiddle(page, 66 / 168)
    expect(await firstFigure(page).locator('.read').textContent()).toContain('no data: the spool was full')
    expect(await buttons.textContent()).toBe('CPUno data')
    await hoverMiddle(page, 105 / 168)
    expect(await firstFigure(page).locator('.read').textContent()).toContain('alert: cpu')
    await page.close()
  })

  it('takes a line out and puts it back, by keyboard too', async () => {
    const { page } = await openPage(browser, server.url)
    const button = firstFigure(page).getByRole('button', { name: /^Memory/ })
    const before = await firstFigure(page).locator('canvas').screenshot()
    await button.focus()
    await page.keyboard.press('Space')
    expect(await button.getAttribute('aria-pressed')).toBe('false')
    await expect.poll(async () => before.equals(await firstFigure(page).locator('canvas').screenshot())).toBe(false)
    await button.click()
    expect(await button.getAttribute('aria-pressed')).toBe('true')
    await page.close()
  })

  it('zooms by a drag, by buttons and by keys, and shows all again', async () => {
    const { page } = await openPage(browser, server.url)
    const all = firstFigure(page).getByRole('button', { name: 'Show all' })
    expect(await all.isVisible()).toBe(false)
    await hoverMiddle(page, 0.3)
    await page.mouse.down()
    await hoverMiddle(page, 0.6)
    await page.mouse.up()
    await all.click()
    expect(await all.isVisible()).toBe(false)
    await firstFigure(page).getByRole('button', { name: 'Zoom in' }).click()
    expect(await all.isVisible()).toBe(true)
    await firstFigure(page).locator('.plot').focus()
    await page.keyboard.press('Escape')
    await expect.poll(() => all.isVisible()).toBe(false)
    await page.keyboard.press('ArrowRight')
    expect(await firstFigure(page).locator('.read').textContent()).toMatch(/\d\d:\d\d/)
    await page.close()
  })

  it('has the times of the reader’s zone through the night of the clock change, wherever the browser is', async () => {
    const page = await browser.newPage({ timezoneId: 'America/Los_Angeles' })
    await page.goto(server.url)
    await firstFigure(page).locator('.plot').focus()
    await page.keyboard.press('Home')
    expect(await firstFigure(page).locator('.read').textContent()).toContain('25 Mar, 00:00')
    await page.keyboard.press('End')
    expect(await firstFigure(page).locator('.read').textContent()).toContain('1 Apr, 00:00')
    await page.close()
  })

  it('is read by a finger', async () => {
    const context = await browser.newContext({ hasTouch: true, viewport: { width: 380, height: 800 } })
    const page = await context.newPage()
    await page.goto(server.url)
    const over = firstFigure(page).locator('.u-over')
    await over.scrollIntoViewIfNeeded()
    await over.tap()
    await expect.poll(() => firstFigure(page).locator('.read').textContent()).toMatch(/\d\d:\d\d/)
    await context.close()
  })

  for (const width of [1280, 380]) {
    for (const colorScheme of ['light', 'dark'] as const) {
      it(`has nothing serious for axe-core and no sideways scroll at ${width} px, ${colorScheme}`, async () => {
        const { page } = await openPage(browser, server.url, { width, colorScheme })
        for (const summary of await page.locator('summary').all()) await summary.click()
        expect(await fitsItsWidth(page)).toBe(true)
        expect(await axeViolations(page)).toEqual([])
        await page.close()
      })
    }
  }
})

describe('the page of a report, without script', () => {
  it('shows its pictures, and the numbers of each in a table of 21 rows, eight hours each', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false })
    const page = await context.newPage()
    await page.goto(server.url)
    for (const image of await page.locator('figure img.bright').all()) expect(await image.isVisible()).toBe(true)
    await page.getByText('Numbers of this chart').first().click()
    expect(await firstFigure(page).locator('tbody tr').count()).toBe(21)
    expect(await firstFigure(page).getByRole('cell', { name: '–' }).count()).toBeGreaterThan(2)
    await context.close()
  })

  it('is below 1 MB for a host and a week', () => {
    expect(Buffer.byteLength(html)).toBeLessThan(1_000_000)
  })
})

describe('the page of a report, on paper', () => {
  it('has the pictures in light colours and nothing to press, from a dark screen too', async () => {
    const { page } = await openPage(browser, server.url, { colorScheme: 'dark' })
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' })
    expect(await firstFigure(page).locator('img.bright').isVisible()).toBe(true)
    expect(await firstFigure(page).locator('img.dim').isVisible()).toBe(false)
    expect(await firstFigure(page).locator('.plot').isVisible()).toBe(false)
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(255, 255, 255)')
    expect((await page.pdf({ format: 'A4' })).byteLength).toBeGreaterThan(10_000)
    await page.close()
  })

  it('has the numbers of each chart beside it, closed as they were on the screen', async () => {
    const { page } = await openPage(browser, server.url, { width: 720 })
    await page.emulateMedia({ media: 'print' })
    const cell = firstFigure(page).locator('tbody tr').last().locator('td').first()
    expect(await cell.isVisible()).toBe(true)
    const [picture, table] = [
      await firstFigure(page).locator('.picture').boundingBox(),
      await firstFigure(page).locator('.numbers').boundingBox(),
    ]
    if (!picture || !table) throw new Error('one of them has no place on the paper')
    expect(table.x).toBeGreaterThanOrEqual(picture.x + picture.width)
    expect(table.width).toBeGreaterThan(200)
    expect(await fitsItsWidth(page)).toBe(true)
    await page.close()
  })
})

describe('the pages of a report of many hosts', () => {
  const names = [
    '../../etc/<script>alert(1)</script>',
    'gone',
    'Web-1',
    'web-1',
    ...Array.from({ length: 96 }, (_, index) => `host-${index}`),
  ]
  let files: Map<string, string>
  let site: SiteServer

  beforeAll(async () => {
    files = await fleetFiles(names)
    const log = { debug() {}, info() {}, warn() {}, error() {} }
    site = await startSiteServer({
      port: 0,
      log,
      routes: async ({ path }) => ({
        status: files.has(path.slice('/r/'.length)) ? 200 : 404,
        headers: { 'content-type': 'text/html; charset=utf-8' },
        body: files.get(path.slice('/r/'.length)) ?? 'nothing',
      }),
    })
  })

  afterAll(() => site?.stop())

  it('are an overview and one each, every one of them below 1 MB', () => {
    expect(files.size).toBe(101)
    for (const [name, text] of files) expect(Buffer.byteLength(text), name).toBeLessThan(1_000_000)
  })

  it('lead from every host to its own page and back, whatever it is called', async () => {
    const { page, complaints } = await openPage(browser, `${site.url}/r/metrics_report.html`)
    expect(await page.locator('.multiples svg').count()).toBe(100)
    for (const name of ['../../etc/<script>alert(1)</script>', 'Web-1', 'web-1', 'gone']) {
      await page.locator('.multiples').getByRole('link', { name, exact: true }).click()
      expect(await page.getByRole('heading', { level: 2, name }).count()).toBe(1)
      expect(await page.title()).toBe(`Report: ${name}`)
      expect(await page.locator('figure.live').count()).toBe(name === 'gone' ? 0 : 5)
      await page.getByRole('link', { name: 'All 100 hosts' }).click()
      expect(await page.locator('.multiples svg').count()).toBe(100)
    }
    expect(complaints).toEqual([])
    await page.close()
  })

  it('can be read without script: a drawing for each chart, with the alert, the gap and the thresholds in it', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false })
    const page = await context.newPage()
    await page.goto(`${site.url}/r/hosts/host-1.html`)
    expect(await page.locator('figure svg[role=img]').count()).toBe(5)
    expect(await firstFigure(page).locator('svg .critical:not(.strip)').count()).toBe(1)
    expect(await firstFigure(page).locator('svg .gap').count()).toBe(1)
    expect(await firstFigure(page).locator('svg[role=img] .level').count()).toBe(3)
    // Half a day without data: the line is in two parts.
    expect((await firstFigure(page).locator('svg .line').first().getAttribute('d'))?.split('M')).toHaveLength(3)
    await context.close()
  })

  for (const name of ['metrics_report.html', 'hosts/host-1.html']) {
    for (const width of [1280, 380]) {
      for (const colorScheme of ['light', 'dark'] as const) {
        it(`has nothing serious for axe-core and no sideways scroll: ${name}, ${width} px, ${colorScheme}`, async () => {
          const { page } = await openPage(browser, `${site.url}/r/${name}`, { width, colorScheme })
          expect(await fitsItsWidth(page)).toBe(true)
          expect(await axeViolations(page)).toEqual([])
          await page.close()
        })
      }
    }
  }
})
