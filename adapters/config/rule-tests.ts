/** A file of tests, the vitals.yml that it tests, and what was recorded of hosts. */
import { readFile, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { type ConfigProblem, type Path, printPath } from '../../core/config/problem.ts'
import { type HostSeries, parseRuleTests, type RuleTest } from '../../core/rule-test/file.ts'
import { printProblems } from './file.ts'
import { readRecorded } from './recorded.ts'
import { type Place, parseYaml } from './yaml.ts'

const maxBytes = 4 * 1024 * 1024

export interface RuleTests {
  tests: readonly RuleTest[]
  /** The vitals.yml that it names, from where it stands itself. */
  rulesPath?: string
  /** Of what stands under these keys: `['tests', 0, 'told', 1]`. */
  placeOf(path: Path): Place
}

/** Throws with all that is wrong, by line and column. */
export async function readRuleTests(path: string): Promise<RuleTests> {
  const { size } = await stat(path)
  if (size > maxBytes) throw new Error(`${path}: ${size} bytes: expected ${maxBytes} at most`)
  const { value, problems, placeOf } = parseYaml(await readFile(path, 'utf8'))
  if (problems.length > 0) {
    const placed = problems.map(({ place, message }) => ({ ...place, path: 'the file', expected: `YAML: ${message}` }))
    throw new Error(printProblems(path, placed))
  }
  const parsed = parseRuleTests(value)
  const placed = ({ path: keys, ...rest }: ConfigProblem) => ({ ...placeOf(keys), path: printPath(keys), ...rest })
  if (!parsed.ok) throw new Error(printProblems(path, parsed.problems.map(placed)))
  const { rules, tests } = parsed.file
  const beside = (name: string) => resolve(dirname(path), name)
  const { read, unread } = await withRecorded(tests, beside)
  if (unread.length > 0) throw new Error(printProblems(path, unread.map(placed)))
  return { tests: read, placeOf, ...(rules === undefined ? {} : { rulesPath: beside(rules) }) }
}

/** With what their hosts sent when they were recorded. */
async function withRecorded(
  tests: readonly RuleTest[],
  beside: (name: string) => string,
): Promise<{ read: RuleTest[]; unread: ConfigProblem[] }> {
  const unread: ConfigProblem[] = []
  const readHost = async (host: HostSeries, path: Path): Promise<HostSeries> => {
    if (host.recorded === undefined) return host
    try {
      return { ...host, snapshots: await readRecorded(beside(host.recorded)) }
    } catch (error) {
      const expected = `a file of recorded snapshots: ${(error as Error).message}`
      unread.push({ path, value: JSON.stringify(host.recorded), expected })
      return host
    }
  }
  const read = tests.map(async (test, index) => {
    const hosts = test.hosts.map((host) => readHost(host, ['tests', index, 'hosts', host.host, 'recorded']))
    return { ...test, hosts: await Promise.all(hosts) }
  })
  return { read: await Promise.all(read), unread }
}
