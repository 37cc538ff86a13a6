/** A file of tests, each through the pipeline, several at a time, and what came of it held against what was expected. */
import { join } from 'node:path'
import { systemClock } from '../../adapters/clock/system.ts'
import type { Place } from '../../adapters/config/yaml.ts'
import { safeName } from '../../adapters/mail/message.ts'
import type { Path } from '../../core/config/problem.ts'
import { compare } from '../../core/rule-test/compare.ts'
import { compareTold } from '../../core/rule-test/compare-told.ts'
import type { RuleTest } from '../../core/rule-test/file.ts'
import type { Settings } from '../../core/settings.ts'
import { type PipelineResult, runPipeline } from './pipeline.ts'
import { keepingSender, type TestPlace } from './place.ts'
import type { TestFile } from './read-file.ts'

/** A line of what was expected beside what happened, in the order of time; decisions first. */
export interface ResultLine {
  about: 'alert' | 'message'
  sign: ' ' | '-' | '+'
  text: string
  /** Of what was expected, in the file. */
  place?: Place
  /** What stands there instead: of a message the part that is wrong. */
  instead?: string
}

export interface TestResult {
  name: string
  passed: boolean
  place: Place
  tookMs: number
  lines: ResultLine[]
  troubles: string[]
  /** At the end of a test that failed: what was not told yet, and why. */
  waiting: string[]
}

export interface FileResult {
  file: string
  /** The vitals.yml that was tested. */
  config: string
  tests: TestResult[]
}

export interface RunFileOptions {
  settings: Settings
  place: TestPlace
  /** Mails of each test are kept there. */
  mailsDirectory?: string
  /** Tells tests apart that run on one bucket. */
  number(): number
  onProgress(done: { runs: number }): void
  signal: AbortSignal
}

/** They wait for a disk or a network most of the time. */
const testsAtOnce = 4

export async function runTestFile(file: TestFile, options: RunFileOptions): Promise<FileResult> {
  const results: TestResult[] = []
  const waiting = [...file.tests.entries()]
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [index, test] = next
      results[index] = await runOne(test, index, file, options)
    }
  }
  await Promise.all(Array.from({ length: testsAtOnce }, work))
  return { file: file.path, config: file.configPath, tests: results }
}

async function runOne(test: RuleTest, index: number, file: TestFile, options: RunFileOptions): Promise<TestResult> {
  const { settings, place, mailsDirectory, number, onProgress, signal } = options
  const { bucketUrl, directory } = place.ofTest(String(number()))
  const startMs = systemClock.monotonicMs()
  const keptIn = mailsDirectory && join(mailsDirectory, safeName(test.name))
  const result = await runPipeline({
    test,
    config: file.config,
    settings: { ...settings, bucketUrl },
    directory,
    mailTo: async (to = settings.mailTo) => {
      const addresses = { from: settings.mailFrom, to }
      const sender = await place.sender(addresses)
      return keptIn ? keepingSender(sender, { ...addresses, directory: keptIn }) : sender
    },
    onRun: () => onProgress({ runs: 1 }),
    signal,
  })
  return { ...judge(test, index, file, result), tookMs: systemClock.monotonicMs() - startMs }
}

function judge(
  test: RuleTest,
  index: number,
  { placeOf }: TestFile,
  { transitions, told, troubles, waiting }: PipelineResult,
): Omit<TestResult, 'tookMs'> {
  const placed = (path: Path) => placeOf(['tests', index, ...path])
  const alerts = test.expect ? compare(test, transitions).lines : []
  const lines = [
    ...alerts.map(({ of, ...line }): ResultLine => {
      return { about: 'alert', ...line, ...(of === undefined ? {} : { place: placed(['expect', of]) }) }
    }),
    ...compareTold(test, told).lines.map(({ path, ...line }): ResultLine => {
      return { about: 'message', ...line, ...(path === undefined ? {} : { place: placed(path) }) }
    }),
  ]
  const passed = troubles.length === 0 && lines.every(({ sign }) => sign === ' ')
  return { name: test.name, place: placed(['name']), passed, lines, troubles, waiting: passed ? [] : waiting }
}
