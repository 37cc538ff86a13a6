/**
 * Makes the report of a day out of a directory, as a process of its own; prints its milliseconds, pictures, pages and peak of
 * memory, and the median of so many more reports.
 */
import { openDirectoryBucket } from '../adapters/bucket/directory.ts'
import { createEmbeddedRenderer } from '../adapters/charts/embedded.ts'
import { makeReport } from '../functions/report/make-report.ts'

const [directory = '', from = '', to = '', drawn = '', again = '0'] = process.argv.slice(2)
const period = { fromMs: Number(from), toMs: Number(to) }
const bucket = await openDirectoryBucket(directory)
const clock = { now: () => period.toMs, monotonicMs: () => performance.now(), sleep: async () => {} }
const isDrawn = drawn === 'charts'
let charts = 0
const once = () =>
  makeReport(
    {
      bucket,
      shards: ['all'],
      charts: createEmbeddedRenderer(),
      clock,
      timeZone: 'UTC',
      thresholds: { cpuPercent: 80, memoryPercent: 85, diskPercent: 90 },
    },
    {
      period,
      drawn: isDrawn,
      onProgress: (_, all) => {
        charts = all
      },
    },
  )
const start = performance.now()
const { files, hostPages } = await once()
// Pages of hosts are made as they are written.
let pages = 1
if (isDrawn) for (const _ of hostPages()) pages += 1
const ms = performance.now() - start
const rssMiB = process.resourceUsage().maxRSS / 1_024
const pageBytes = files.find(({ name }) => name === 'metrics_report.html')?.body.byteLength
// As a process does that made some before: V8 has compiled what it runs most.
const times: number[] = []
for (let round = 0; round < Number(again); round++) {
  const from = performance.now()
  await once()
  times.push(performance.now() - from)
}
const againMs = times.toSorted((a, b) => a - b)[times.length >> 1]
console.log(JSON.stringify({ ms, againMs, charts, pages, pageBytes, rssMiB }))
