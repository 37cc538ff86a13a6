/** Makes the report of a day out of a directory once, as a process of its own; prints its milliseconds, charts and peak of memory. */
import { openDirectoryBucket } from '../adapters/bucket/directory.ts'
import { createEmbeddedRenderer } from '../adapters/charts/embedded.ts'
import { makeReport } from '../functions/report/make-report.ts'

const [directory = '', from = '', to = '', drawn = ''] = process.argv.slice(2)
const period = { fromMs: Number(from), toMs: Number(to) }
const bucket = await openDirectoryBucket(directory)
const clock = { now: () => period.toMs, monotonicMs: () => performance.now(), sleep: async () => {} }
const noCharts = { name: 'none', render: async () => new Uint8Array() }
let charts = 0
const start = performance.now()
const { files } = await makeReport(
  {
    bucket,
    shards: ['all'],
    charts: drawn === 'charts' ? createEmbeddedRenderer() : noCharts,
    clock,
    timeZone: 'UTC',
    thresholds: { cpuPercent: 80, memoryPercent: 85, diskPercent: 90 },
  },
  {
    period,
    onProgress: (_, all) => {
      charts = all
    },
  },
)
const ms = performance.now() - start
const pageBytes = files.find(({ name }) => name === 'metrics_report.html')?.body.byteLength
console.log(JSON.stringify({ ms, charts, pageBytes, rssMiB: process.resourceUsage().maxRSS / 1_024 }))
