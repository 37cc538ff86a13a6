import { loadConfig, type PlacedProblem, printProblems } from '../../adapters/config/file.ts'
import { checkConfig } from '../../core/config/check.ts'
import { printPath } from '../../core/config/problem.ts'
import type { Settings } from '../../core/settings.ts'
import { printable } from '../../core/view/html.ts'
import { ReportedFailure } from '../errors.ts'
import type { Parsed } from '../options.ts'
import { readKnownHosts } from '../rules/known-hosts.ts'
import { readSettings } from '../settings.ts'
import type { Terminal } from '../terminal.ts'

/** All that is wrong with a vitals.yml, and what of it is of no use. Fails where there is anything. */
export async function runRulesCheck({ parsed, terminal }: { parsed: Parsed; terminal: Terminal }): Promise<void> {
  const settings = readSettings(terminal.env, parsed)
  const path = parsed.operand ?? settings.vitalsFile
  const { problems, summary } = await check(path, settings)
  if (parsed.values.json) terminal.print(JSON.stringify({ file: path, ...summary, problems }))
  else if (problems.length > 0) terminal.print(printable(printProblems(path, problems)))
  else terminal.print(printable(`${path}: ${words(summary)}`))
  if (problems.length > 0) throw new ReportedFailure()
}

interface Summary {
  /** There is no file: the rules are the defaults. */
  missing?: true
  rules?: number
  overrides?: number
  receivers?: number
  routes?: number
  /** That the bucket knows; absent: it could not be read, and nothing was held against it. */
  hosts?: number
  unreadable?: string
}

async function check(path: string, settings: Settings): Promise<{ problems: PlacedProblem[]; summary: Summary }> {
  const loaded = await loadConfig(path, settings)
  if (!loaded.ok) return { problems: loaded.problems, summary: {} }
  const { config, said, file } = loaded
  const known = await readKnownHosts(settings)
  const hosts = 'hosts' in known ? known.hosts : []
  const problems = checkConfig(config, said, hosts).map(({ path: keys, ...rest }) => {
    return { ...(file?.placeOf(keys) ?? { line: 1, column: 1 }), path: printPath(keys), ...rest }
  })
  return {
    problems: problems.sort((a, b) => a.line - b.line || a.column - b.column),
    summary: {
      ...(file ? {} : { missing: true }),
      rules: config.rules.rules.length,
      overrides: config.rules.overrides.length,
      receivers: config.receivers.length,
      routes: config.telling.routes.length,
      ...('hosts' in known ? { hosts: known.hosts.length } : known),
    },
  }
}

function words({ missing, rules, overrides, receivers, routes, hosts, unreadable }: Summary): string {
  if (missing) return `there is none: ${rules} rules by default`
  const held = hosts === undefined ? `not held against hosts: ${unreadable}` : `held against ${hosts} known hosts`
  return `${rules} rules, ${overrides} overrides, ${receivers} receivers, ${routes} routes, nothing wrong; ${held}`
}
