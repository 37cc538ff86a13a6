/** `npm run picture`: a report that the product makes of a generated day of four hosts, and the mail of an alert of that day. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { chromium, type Page } from 'playwright-core'
import { openDirectoryBucket } from '../adapters/bucket/directory.ts'
import type { Bucket } from '../adapters/bucket/port.ts'
import { createEmbeddedRenderer } from '../adapters/charts/embedded.ts'
import { systemClock, systemRandom } from '../adapters/clock/system.ts'
import { silentLog } from '../adapters/log/port.ts'
import { sendHost } from '../bench/generate.ts'
import { defaultRuleSet } from '../core/alerts/default-rules.ts'
import { plainLinks } from '../core/link.ts'
import type { Notice } from '../core/notice.ts'
import { parseSettings } from '../core/parse-settings.ts'
import { thresholdsOf } from '../core/report/report.ts'
import { evaluateShard } from '../functions/evaluate/evaluate.ts'
import { createEvidence } from '../functions/notify/evidence/gather.ts'
import { linksFor } from '../functions/notify/links.ts'
import { renderMessage } from '../functions/notify/mail/message.ts'
import { listOpenNotices } from '../functions/notify/notice-store.ts'
import { makeReport } from '../functions/report/make-report.ts'
import { rollupShard } from '../functions/rollup/rollup.ts'
import { ensureChromium } from './chromium.mjs'

const pictures = { report: 'docs/images/report.png', notice: 'docs/images/notice.png' }
const hosts = 4
const size = { width: 1280, height: 1000 }
const marginPx = 20
const fromMs = Date.UTC(2026, 2, 1)
const toMs = Date.UTC(2026, 2, 2)
const clock = { now: () => toMs, monotonicMs: () => performance.now(), sleep: async () => {} }

const photograph = {
  /** As far as the first section: what all hosts did. */
  report: (url: string) =>
    inBrowser(url, size, async (page) => {
      const overview = await page.locator('section').first().boundingBox()
      if (!overview) throw new Error('the report shows no overview')
      const height = overview.y + overview.height + marginPx
      return await page.screenshot({ fullPage: true, clip: { x: 0, y: 0, width: size.width, height } })
    }),
  notice: (url: string) => inBrowser(url, { width: 680, height: 1000 }, (page) => page.screenshot({ fullPage: true })),
}

const directory = await mkdtemp(join(tmpdir(), 'vitals-picture-'))
try {
  const bucket = await openDirectoryBucket(join(directory, 'bucket'))
  const pages = { report: await reportPage(bucket), notice: await noticeMail(bucket) }
  for (const name of ['report', 'notice'] as const) {
    const page = join(directory, `${name}.html`)
    await writeFile(page, pages[name])
    await mkdir(dirname(pictures[name]), { recursive: true })
    await writeFile(pictures[name], await photograph[name](pathToFileURL(page).href))
    console.log(pictures[name])
  }
} finally {
  await rm(directory, { recursive: true })
}

async function reportPage(bucket: Bucket): Promise<Uint8Array> {
  const parsed = parseSettings({ env: {}, hostname: 'web-1', timeZone: 'UTC', resolvePath: (path) => path })
  if (!parsed.ok) throw new Error('the default settings do not parse')
  const fleet = { hosts, fromMs, toMs, intervalMs: 60_000, batchSnapshots: 5, seed: 1 }
  for (let index = 0; index < hosts; index++) await sendHost(bucket, fleet, index)
  const run = { bucket, shard: 'all', log: silentLog }
  const evaluating = { ...run, rules: defaultRuleSet(parsed.settings), clock, random: systemRandom }
  while ((await evaluateShard(evaluating)).outcome !== 'idle');
  await rollupShard(run)
  const thresholds = thresholdsOf(parsed.settings)
  const { files } = await makeReport(
    { bucket, shards: ['all'], charts: createEmbeddedRenderer(), clock, timeZone: 'UTC', thresholds },
    { period: { fromMs, toMs } },
  )
  const page = files.find(({ name }) => name === 'metrics_report.html')
  if (!page) throw new Error('the report has no page')
  return page.body
}

/** Of the day's alert, its chart inside. */
async function noticeMail(bucket: Bucket): Promise<string> {
  const { notices } = await listOpenNotices(bucket)
  const told = notices.find(({ object: { notice } }) => notice.kind === 'firing')
  if (!told) throw new Error('the day has no alert')
  // The day was evaluated at once, and so it was told late.
  const { late: _, ...decided } = told.object.notice
  const notice: Notice = {
    ...decided,
    note: 'Builds are kept here: old ones may go',
    runbook: 'https://wiki.example.com/runbooks/disk',
    tags: { env: 'prod', role: 'web' },
  }
  const gather = createEvidence({
    bucket,
    charts: createEmbeddedRenderer(),
    clock: systemClock,
    log: silentLog,
    timeZone: 'UTC',
  })
  const { html, images } = renderMessage([notice], {
    links: linksFor([notice], plainLinks('https://vitals.example.com')),
    timeZone: 'UTC',
    evidence: await gather([notice]),
  })
  const [chart] = images
  return html.replace('cid:chart-1', `data:image/png;base64,${Buffer.from(chart?.png ?? []).toString('base64')}`)
}

async function inBrowser(
  url: string,
  viewport: { width: number; height: number },
  act: (page: Page) => Promise<Uint8Array>,
): Promise<Uint8Array> {
  const executablePath = await ensureChromium()
  if (executablePath === undefined) throw new Error('a picture needs Chromium')
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] })
  try {
    const page = await browser.newPage({ viewport, colorScheme: 'light' })
    await page.goto(url)
    return await act(page)
  } finally {
    await browser.close()
  }
}
