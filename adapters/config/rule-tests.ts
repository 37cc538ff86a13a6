/** A file of tests of rules, and the vitals.yml that it tests. */
import { readFile, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { printPath } from '../../core/config/problem.ts'
import { parseRuleTests, type RuleTestFile } from '../../core/rule-test/file.ts'
import { printProblems } from './file.ts'
import { parseYaml } from './yaml.ts'

const maxBytes = 4 * 1024 * 1024

/** `rulesPath`: the vitals.yml that it names, from where it stands itself. Throws with all that is wrong, by line and column. */
export async function readRuleTests(path: string): Promise<{ file: RuleTestFile; rulesPath?: string }> {
  const { size } = await stat(path)
  if (size > maxBytes) throw new Error(`${path}: ${size} bytes: expected ${maxBytes} at most`)
  const { value, problems, placeOf } = parseYaml(await readFile(path, 'utf8'))
  if (problems.length > 0) {
    const placed = problems.map(({ place, message }) => ({ ...place, path: 'the file', expected: `YAML: ${message}` }))
    throw new Error(printProblems(path, placed))
  }
  const parsed = parseRuleTests(value)
  if (!parsed.ok) {
    const placed = parsed.problems.map(({ path: keys, ...rest }) => ({
      ...placeOf(keys),
      path: printPath(keys),
      ...rest,
    }))
    throw new Error(printProblems(path, placed))
  }
  const { rules } = parsed.file
  return { file: parsed.file, ...(rules === undefined ? {} : { rulesPath: resolve(dirname(path), rules) }) }
}
