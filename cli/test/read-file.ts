/** A file of tests, and the vitals.yml that it tests. */
import { relative } from 'node:path'
import { printProblems, readConfig } from '../../adapters/config/file.ts'
import { type RuleTests, readRuleTests } from '../../adapters/config/rule-tests.ts'
import type { VitalsConfig } from '../../core/config/config.ts'
import { meantWord } from '../../core/config/fields.ts'
import { type Path, printPath } from '../../core/config/problem.ts'
import { defaultReceiver } from '../../core/notice.ts'
import { runCountOf } from '../../core/rule-test/runs.ts'
import type { Settings } from '../../core/settings.ts'

export interface TestFile extends RuleTests {
  path: string
  configPath: string
  config: VitalsConfig
}

/** Throws with all that is wrong with the file, or with the vitals.yml that it tests. */
export async function readTestFile(path: string, settings: Settings): Promise<TestFile> {
  const read = await readRuleTests(path)
  const configPath = shortPath(read.rulesPath ?? settings.vitalsFile)
  const file = { ...read, path, configPath, config: await readConfig(configPath, settings) }
  expectReceivers(file)
  return file
}

export function runsIn({ tests }: TestFile): number {
  return tests.reduce((sum, test) => sum + runCountOf(test), 0)
}

function shortPath(path: string): string {
  const fromHere = relative('', path)
  return fromHere.startsWith('..') ? path : fromHere
}

/** Nobody else is ever told: a name that is misspelt would look like a message that does not come. */
function expectReceivers({ path, tests, config, placeOf }: TestFile): void {
  const known = [...config.receivers.map(({ name }) => name), defaultReceiver]
  const problems = tests.flatMap(({ told = [] }, test) =>
    told.flatMap(({ to }, index) => {
      if (known.includes(to)) return []
      const keys: Path = ['tests', test, 'told', index, 'to']
      const meant = meantWord(to, known)
      const expected = meant === undefined ? `a receiver: ${known.join(', ')}` : `a receiver; is ${meant} meant?`
      return [{ ...placeOf(keys), path: printPath(keys), value: JSON.stringify(to), expected }]
    }),
  )
  if (problems.length > 0) throw new Error(printProblems(path, problems))
}
