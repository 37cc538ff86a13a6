/** A report as files in a directory, over all that the log has: it is rolled up first. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type { MadeReport, ReportRequest } from '../functions/report/make-report.ts'
import type { Functions } from './functions.ts'

const reportPageName = 'metrics_report.html'

export interface ReportFiles {
  made: MadeReport
  /** Absolute. */
  paths: string[]
  /** The one of metrics_report.html. */
  page: string
}

export async function writeReport({
  functions: { rollup, makeReport },
  request,
  directory,
}: {
  functions: Pick<Functions, 'rollup' | 'makeReport'>
  request: ReportRequest
  directory: string
}): Promise<ReportFiles> {
  await rollup({})
  const made = await makeReport(request)
  const folder = resolve(directory)
  mkdirSync(folder, { recursive: true })
  const paths: string[] = []
  for (const files of [made.files, made.hostPages()]) {
    for (const { name, body } of files) {
      const path = join(folder, name)
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(path, body)
      paths.push(path)
    }
  }
  return { made, paths, page: join(folder, reportPageName) }
}
