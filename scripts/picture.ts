/** `npm run picture`: the README's picture, a report that the product makes of a generated day of four hosts. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { chromium } from 'playwright-core'
import { openDirectoryBucket } from '../adapters/bucket/directory.ts'
import { createEmbeddedRenderer } from '../adapters/charts/embedded.ts'
import { systemRandom } from '../adapters/clock/system.ts'
import { silentLog } from '../adapters/log/port.ts'
import { sendHost } from '../bench/generate.ts'
import { defaultRuleSet } from '../core/alerts/default-rules.ts'
import { parseSettings } from '../core/parse-settings.ts'
import { thresholdsOf } from '../core/report/report.ts'
import { evaluateShard } from '../functions/evaluate/evaluate.ts'
import { makeReport } from '../functions/report/make-report.ts'
import { rollupShard } from '../functions/rollup/rollup.ts'
import { ensureChromium } from './chromium.mjs'

const picture = 'docs/images/report.png'
const hosts = 4
const size = { width: 1280, height: 1000 }
const marginPx = 20
const fromMs = Date.UTC(2026, 2, 1)
const toMs = Date.UTC(2026, 2, 2)
const clock = { now: () => toMs, monotonicMs: () => performance.now(), sleep: async () => {} }

const directory = await mkdtemp(join(tmpdir(), 'vitals-picture-'))
try {
  const page = join(directory, 'report.html')
  await writeFile(page, await reportPage())
  await mkdir(dirname(picture), { recursive: true })
  await writeFile(picture, await photograph(pathToFileURL(page).href))
  console.log(picture)
} finally {
  await rm(directory, { recursive: true })
}

async function reportPage(): Promise<Uint8Array> {
  const parsed = parseSettings({ env: {}, hostname: 'web-1', timeZone: 'UTC', resolvePath: (path) => path })
  if (!parsed.ok) throw new Error('the default settings do not parse')
  const bucket = await openDirectoryBucket(join(directory, 'bucket'))
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

async function photograph(url: string): Promise<Uint8Array> {
  const executablePath = await ensureChromium()
  if (executablePath === undefined) throw new Error('a picture needs Chromium')
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] })
  try {
    const page = await browser.newPage({ viewport: size, colorScheme: 'light' })
    await page.goto(url)
    // As far as the first section: what all hosts did.
    const overview = await page.locator('section').first().boundingBox()
    if (!overview) throw new Error('the report shows no overview')
    const height = overview.y + overview.height + marginPx
    return await page.screenshot({ fullPage: true, clip: { x: 0, y: 0, width: size.width, height } })
  } finally {
    await browser.close()
  }
}
