import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { writeReport } from '../../../embedded/report-files.ts'
import type { MadeReport, ReportFile } from '../../../functions/report/make-report.ts'

let directory: string

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'vitals-files-'))
})
afterEach(() => rm(directory, { recursive: true, force: true }))

it('writes the pages of hosts into a folder beside the report', async () => {
  const file = (name: string): ReportFile => ({ name, body: Buffer.from(name) })
  const made = {
    text: 'said',
    files: [file('metrics_report.html'), file('report.json')],
    hostPages: () => [file('hosts/a.html'), file('hosts/~2E.html')],
  } as unknown as MadeReport
  const { page, paths } = await writeReport({
    functions: { rollup: async () => [], makeReport: async () => made },
    request: { period: { fromMs: 0, toMs: 1 } },
    directory: join(directory, 'out'),
  })
  expect(paths).toHaveLength(4)
  expect((await readFile(page)).toString()).toBe('metrics_report.html')
  expect((await readdir(join(directory, 'out', 'hosts'))).toSorted()).toEqual(['a.html', '~2E.html'])
  const told: string[] = []
  const text = await writeReport({
    onProgress: (words) => told.push(words),
    functions: { rollup: async () => [], makeReport: async () => made },
    request: { period: { fromMs: 0, toMs: 1 } },
    directory: join(directory, 'text'),
    formats: ['text'],
  })
  expect(text.paths).toEqual([join(directory, 'text', 'report.txt')])
  expect((await readFile(join(directory, 'text', 'report.txt'))).toString()).toBe('said')
  expect(told).toEqual(['rolling up …', 'reading history …', 'file 1 …'])
})
