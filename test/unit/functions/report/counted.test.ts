import { expect, test } from 'vitest'
import { collectFigures } from '../../../../adapters/figures/collect.ts'
import { silentLog } from '../../../../adapters/log/port.ts'
import { counted } from '../../../../functions/report/counted.ts'
import type { PublishedReport } from '../../../../functions/report/handler.ts'

const report: PublishedReport = { id: 'r', page: 'reports/r/index.html', text: '', files: [] }

test.each([
  ['one that is made', async () => report, { ReportsMade: 1, ReportsFailed: 0 }],
  [
    'one that another run made',
    async (): Promise<PublishedReport> => ({ ...report, repeated: 'done' }),
    { ReportsMade: 0, ReportsFailed: 0 },
  ],
  ['one that fails', () => Promise.reject(new Error('no charts')), { ReportsMade: 0, ReportsFailed: 1 }],
])('counts %s', async (_, make, expected) => {
  const figures = collectFigures('report')
  await counted<object>(make, { figures, log: silentLog })({}).catch(() => {})
  expect(figures.take()).toEqual(expected)
})
