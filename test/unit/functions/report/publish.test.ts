import { expect, it } from 'vitest'
import { systemRandom } from '../../../../adapters/clock/system.ts'
import { silentLog } from '../../../../adapters/log/port.ts'
import type { Report } from '../../../../core/report/report.ts'
import { publishReport } from '../../../../functions/report/publish.ts'
import { memoryBucket } from '../rollup/committed-log.ts'

it('puts the pages of hosts first, then the report that leads to them, then the list that leads to it', async () => {
  const bucket = memoryBucket()
  const put = bucket.put.bind(bucket)
  const written: string[] = []
  bucket.put = async (key, ...rest) => {
    written.push(key)
    return put(key, ...rest)
  }
  const report = { generatedAtMs: 0, period: { fromMs: 0, toMs: 1 }, timeZone: 'UTC', hosts: [] }
  const file = (name: string) => ({ name, body: Buffer.from(name) })
  const hosts = Array.from({ length: 20 }, (_, index) => file(`hosts/host-${index}.html`))
  const id = await publishReport(
    {
      bucket,
      clock: { now: () => 0, monotonicMs: () => 0, sleep: async () => {} },
      random: systemRandom,
      log: silentLog,
      keepReportsDays: 1,
    },
    { report: report as unknown as Report, files: [file('metrics_report.html')], hostPages: () => hosts },
  )
  expect(written.slice(0, 20).toSorted()).toEqual(hosts.map(({ name }) => `site/reports/${id}/${name}`).toSorted())
  expect(written.slice(20)).toEqual([`site/reports/${id}/metrics_report.html`, 'site/reports/index.json'])
})
