/** The library draws from a bucket of S3 as from a directory. */
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openS3Bucket } from '../../adapters/bucket/s3.ts'
import { systemClock, systemRandom } from '../../adapters/clock/system.ts'
import { silentLog } from '../../adapters/log/port.ts'
import type { Report } from '../../core/report/report.ts'
import { evaluateShard } from '../../functions/evaluate/evaluate.ts'
import { MetricsVisualizer } from '../../library/index.ts'
import { makeBatch, makeInboxObject, makeSnapshot, minuteMs } from '../make.ts'
import { useLocalStack } from './use.ts'

const url = 's3://visualizer/of/somebody'
let directory: string

beforeAll(async () => {
  useLocalStack()
  directory = await mkdtemp(join(tmpdir(), 'vitals-visualizer-'))
  await new S3Client({ forcePathStyle: true }).send(new CreateBucketCommand({ Bucket: 'visualizer' }))
  const bucket = await openS3Bucket(url)
  const firstMs = systemClock.now() - 30 * minuteMs
  const records = Array.from({ length: 20 }, (_, at) => makeSnapshot({ atMs: firstMs + at * minuteMs }))
  const { key, body } = makeInboxObject(makeBatch({ records }))
  await bucket.put(key, body)
  const rules = { rules: [], overrides: [] }
  await evaluateShard({ bucket, shard: 'all', rules, clock: systemClock, random: systemRandom, log: silentLog })
})
afterAll(() => rm(directory, { recursive: true }))

it('draws pictures and makes a report of what is in it, and rolls it up first', async () => {
  const visualizer = new MetricsVisualizer({ bucket: url, dataDirectory: directory, logDirectory: directory })
  const paths = [
    await visualizer.plotSystemMetrics({ hours: 24 }),
    await visualizer.plotProcessMetrics({ hours: 24 }),
    await visualizer.plotAlerts({ days: 7 }),
  ]
  expect(paths).toEqual(
    ['system_metrics.png', 'process_metrics.png', 'alerts.png'].map((name) => join(directory, name)),
  )
  for (const path of paths) expect(readFileSync(path).toString('latin1', 1, 4)).toBe('PNG')
  expect(await visualizer.generateReport({ hours: 24 })).toBe(join(directory, 'metrics_report.html'))
  const report = JSON.parse(readFileSync(join(directory, 'report.json'), 'utf8')) as Report
  expect(report.hosts).toMatchObject([{ host: 'web-1', coverage: { snapshots: 20 } }])
  expect(report.cost?.cents).toBeGreaterThan(0)
})
