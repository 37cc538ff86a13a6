import { mkdir, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Settings } from '../../core/settings.ts'
import { ReportedFailure, UsageError } from '../errors.ts'
import type { Parsed } from '../options.ts'
import { readSettings } from '../settings.ts'
import type { Terminal } from '../terminal.ts'
import { junitXml } from '../test/junit.ts'
import { openPlace, type TestPlace } from '../test/place.ts'
import { readTestFile, runsIn, type TestFile } from '../test/read-file.ts'
import { type FileResult, runTestFile } from '../test/run-file.ts'
import { fileText } from '../test/text.ts'

export const usualTestFile = 'vitals.test.yml'

/** Tests of vitals.yml through the whole pipeline. Fails where one does. */
export async function runTest({ parsed, terminal }: { parsed: Parsed; terminal: Terminal }): Promise<void> {
  const settings = readSettings(terminal.env, parsed)
  const { values, operands = [] } = parsed
  const files = await readAll(operands.length > 0 ? operands : [usualTestFile], settings)
  const log = terminal.createLog('stderr', settings.timeZone)
  const [endpoint] = values.endpoint ?? []
  const signal = terminal.stopSignal()
  const place = await openPlace({
    localstack: values.localstack !== undefined,
    ...(endpoint === undefined ? {} : { endpoint: endpointOf(endpoint) }),
    env: terminal.env,
    mailFrom: settings.mailFrom,
    say: (text) => log.info(text),
  })
  try {
    const results = await runAll(files, { settings, place, terminal, signal, mails: values.mails?.[0] })
    await tell(results, { terminal, json: values.json !== undefined, junit: values.junit?.[0], place })
  } finally {
    await place.close()
  }
}

/** All that is wrong with all of them. */
async function readAll(paths: readonly string[], settings: Settings): Promise<TestFile[]> {
  const read = await Promise.allSettled(paths.map((path) => readTestFile(path, settings)))
  const wrong = read.flatMap((one) => (one.status === 'rejected' ? [(one.reason as Error).message] : []))
  if (wrong.length > 0) throw new UsageError(wrong.join('\n'))
  return read.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
}

function endpointOf(text: string): string {
  if (/^https?:$/.test(URL.parse(text)?.protocol ?? '')) return text.replace(/\/+$/, '')
  throw new UsageError(`--endpoint ${text}: expected the address of a LocalStack, http://127.0.0.1:4566`)
}

interface RunAll {
  settings: Settings
  place: TestPlace
  terminal: Terminal
  signal: AbortSignal
  mails: string | undefined
}

async function runAll(files: readonly TestFile[], { settings, place, terminal, signal, mails }: RunAll) {
  const all = files.reduce((sum, file) => sum + runsIn(file), 0)
  const results: FileResult[] = []
  let runs = 0
  let tests = 0
  for (const file of files) {
    const result = await runTestFile(file, {
      settings,
      place,
      ...(mails === undefined ? {} : { mailsDirectory: mails }),
      number: () => ++tests,
      onProgress: (done) => {
        runs += done.runs
        terminal.progress(`${file.path}: ${Math.floor((100 * runs) / all)} % …`)
      },
      signal,
    }).finally(() => terminal.progress(''))
    results.push(result)
  }
  return results
}

interface Tell {
  terminal: Terminal
  json: boolean
  junit: string | undefined
  place: TestPlace
}

async function tell(results: readonly FileResult[], { terminal, json, junit, place }: Tell): Promise<void> {
  if (junit !== undefined) {
    await mkdir(dirname(junit), { recursive: true })
    await writeFile(junit, junitXml(results))
  }
  const tests = results.flatMap((result) => result.tests)
  if (json) terminal.print(JSON.stringify({ on: place.words, files: results }))
  else for (const line of results.flatMap((result) => fileText(result, terminal))) terminal.print(line)
  if (tests.some(({ passed }) => !passed)) throw new ReportedFailure()
}
