import { readConfig } from '../../adapters/config/file.ts'
import { readRuleTests } from '../../adapters/config/rule-tests.ts'
import { compare } from '../../core/rule-test/compare.ts'
import { transitionsOf } from '../../core/rule-test/run.ts'
import { printable } from '../../core/view/html.ts'
import { ReportedFailure, UsageError } from '../errors.ts'
import type { Parsed } from '../options.ts'
import { readSettings } from '../settings.ts'
import type { Terminal } from '../terminal.ts'

/** Runs the tests of a file through the rules that it names, else through those of the settings. Fails where one does. */
export async function runRulesTest({ parsed, terminal }: { parsed: Parsed; terminal: Terminal }): Promise<void> {
  const settings = readSettings(terminal.env, parsed)
  const path = parsed.operand ?? ''
  const { tests, rulesPath = settings.vitalsFile } = await orUsageError(readRuleTests(path))
  const { rules } = await orUsageError(readConfig(rulesPath, settings))
  const results = tests
    .filter(({ expect }) => expect !== undefined)
    .map((test) => ({ name: test.name, ...compare(test, transitionsOf(test, rules)) }))
  const failed = results.filter(({ passed }) => !passed)
  if (parsed.values.json) terminal.print(JSON.stringify({ file: path, rules: rulesPath, tests: results }))
  else {
    for (const { name, passed, lines } of results) {
      terminal.print(printable(`${passed ? 'ok    ' : 'FAILED'}  ${name}`))
      if (!passed) for (const { sign, text } of lines) terminal.print(printable(`  ${sign} ${text}`))
    }
    terminal.print(`${results.length - failed.length} of ${results.length} tests passed, by ${printable(rulesPath)}`)
    const toldOf = tests.filter(({ told }) => told !== undefined).length
    if (toldOf > 0)
      terminal.print(`${toldOf} of ${tests.length} say who should be told: vitals test looks at that, too`)
  }
  if (failed.length > 0) throw new ReportedFailure()
}

async function orUsageError<T>(reading: Promise<T>): Promise<T> {
  try {
    return await reading
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
}
