/** Makes the report of a day out of a directory once, as a process of its own; prints its milliseconds, pictures, pages and peak of memory. */
import { openDirectoryBucket } from '../adapters/bucket/directory.ts'
import { createEmbeddedRenderer } from '../adapters/charts/embedded.ts'
import { makeReport } from '../functions/report/make-report.ts'

const [directory = '', from = '', to = '', drawn = ''] = process.argv.slice(2)
const period = { fromMs: Number(from), toMs: Number(to) }
const bucket = await openDirectoryBucket(directory)
const clock = { now: () => period.toMs, monotonicMs: () => performance.now(), sleep: async () => {} }
const isDrawn = drawn === 'charts'
let charts = 0
const start = performance.now()
const { files, hostPages } = await makeReport(
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
// Pages of hosts are made as they are written.
let pages = 1
if (isDrawn) for (const _ of hostPages()) pages += 1
const ms = performance.now() - start
const pageBytes = files.find(({ name }) => name === 'metrics_report.html')?.body.byteLength
console.log(JSON.stringify({ ms, charts, pages, pageBytes, rssMiB: process.resourceUsage().maxRSS / 1_024 }))
