/** A report as files in a directory, over all that the log has: it is rolled up first. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type { MadeReport, ReportRequest } from '../functions/report/make-report.ts'
import type { Functions } from './functions.ts'

/** What of a report is written. */
export const reportFormats = ['html', 'json', 'png', 'text'] as const
export type ReportFormat = (typeof reportFormats)[number]

export const usualFormats: readonly ReportFormat[] = ['html', 'json', 'png']

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
  formats = usualFormats,
  onProgress = () => {},
}: {
  functions: Pick<Functions, 'rollup' | 'makeReport'>
  request: ReportRequest
  directory: string
  formats?: readonly ReportFormat[]
  /** What is at hand, in words. */
  onProgress?: (text: string) => void
}): Promise<ReportFiles> {
  onProgress('rolling up …')
  await rollup({})
  onProgress('reading history …')
  const made = await makeReport(request)
  const folder = resolve(directory)
  mkdirSync(folder, { recursive: true })
  const paths: string[] = []
  const text = { name: 'report.txt', body: Buffer.from(made.text) }
  for (const files of [made.files, [text], formats.includes('html') ? made.hostPages() : []]) {
    for (const { name, body } of files) {
      if (!formats.includes(formatOf(name))) continue
      const path = join(folder, name)
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(path, body)
      paths.push(path)
      onProgress(`file ${paths.length} …`)
    }
  }
  return { made, paths, page: join(folder, reportPageName) }
}

const formatOfEnding: Readonly<Record<string, ReportFormat>> = { html: 'html', json: 'json', png: 'png', txt: 'text' }

function formatOf(name: string): ReportFormat {
  const format = formatOfEnding[name.slice(name.lastIndexOf('.') + 1)]
  if (!format) throw new Error(`${name}: of no format that a report has`)
  return format
}
