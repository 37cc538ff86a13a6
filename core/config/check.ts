/** What of a vitals.yml is well formed and yet of no use: rules that can never fire, or that no known host has. */
import {
  matchesEntity,
  matchesHost,
  type Rule,
  type RuledHost,
  type ThresholdRule,
  withFields,
} from '../alerts/rule.ts'
import { rangeOfRule, ruleMetricById } from '../alerts/rule-metrics.ts'
import { matchesGlob } from '../glob.ts'
import type { Snapshot } from '../snapshot.ts'
import type { SaidKeys, VitalsConfig } from './config.ts'
import type { ConfigProblem, Path } from './problem.ts'

export interface KnownHost extends RuledHost {
  latest?: Snapshot
}

/** `hosts`: those that the bucket knows; none: nothing is said of what nobody has. */
export function checkConfig(config: VitalsConfig, said: SaidKeys, hosts: readonly KnownHost[]): ConfigProblem[] {
  return [
    ...config.rules.rules.flatMap((rule) => {
      const own = said.rules[rule.id]
      return own ? ruleProblems(rule, ['rules', own.index], hosts) : []
    }),
    ...overrideProblems(config, hosts),
    ...tellingProblems(config),
  ]
}

function ruleProblems(rule: Rule, path: Path, hosts: readonly KnownHost[]): ConfigProblem[] {
  const never = neverProblems(rule, path)
  if (never.length > 0 || hosts.length === 0) return never
  const matching = hosts.filter((host) => matchesHost(rule.where, host))
  if (matching.length === 0)
    return [{ path: [...path, 'where'], expected: 'a host that the bucket knows: it matches none' }]
  return matching.some((host) => hasSomething(rule, host)) ? [] : [{ path, expected: somethingOf(rule) }]
}

/** Where a value would have to be what it cannot be. */
function neverProblems(rule: Rule, path: Path): ConfigProblem[] {
  if (rule.kind !== 'threshold') return []
  const { lowest, highest } = rangeOfRule(rule)
  const range = Number.isFinite(highest) ? `from ${lowest} to ${highest}` : `${lowest} or more`
  return (['threshold', 'critical'] as const).flatMap((key): ConfigProblem[] => {
    const value = rule[key]
    if (value === undefined) return []
    const expected = `a value that is crossed now and then: ${rule.metric} is ${range}`
    const problem = (said: string) => [
      { path: [...path, key], value: String(value), expected: `${expected}, so this is ${said}` },
    ]
    if (isNever(rule.op, value, lowest, highest)) return problem('never')
    return isAlways(rule.op, value, lowest, highest) ? problem('always') : []
  })
}

function isNever(op: ThresholdRule['op'], value: number, lowest: number, highest: number): boolean {
  switch (op) {
    case '>':
      return value >= highest
    case '>=':
      return value > highest
    case '<':
      return value <= lowest
    case '<=':
      return value < lowest
  }
}

function isAlways(op: ThresholdRule['op'], value: number, lowest: number, highest: number): boolean {
  const opposite = { '>': '<=', '>=': '<', '<': '>=', '<=': '>' } as const
  return isNever(opposite[op], value, lowest, highest)
}

/** Has the host sent anything that the rule could be about? One that has sent nothing yet may. */
function hasSomething(rule: Rule, { latest }: KnownHost): boolean {
  if (!latest || rule.kind === 'finding') return true
  if (rule.kind === 'absent') {
    if (rule.of === 'host') return true
    const { process } = rule.of
    const { top, watches = {} } = latest.processes
    return [...Object.keys(watches).map(nameOfWatch), ...top.map(({ name }) => name)].some((name) =>
      matchesGlob(process, name),
    )
  }
  return ruleMetricById(rule.metric)
    .read(latest)
    .some(([entity]) => matchesEntity(rule, entity))
}

function nameOfWatch(expression: string): string {
  return expression.slice(expression.indexOf(':') + 1)
}

function somethingOf(rule: Rule): string {
  if (rule.kind === 'absent')
    return 'a process that a known host tells: watch it with MONITOR_WATCH, or it is in no snapshot'
  if (rule.kind === 'finding') return 'a host'
  const { per = 'value' } = ruleMetricById(rule.metric)
  return `a ${per} of ${rule.metric} that a host which the bucket knows has sent: there is none`
}

function overrideProblems({ rules }: VitalsConfig, hosts: readonly KnownHost[]): ConfigProblem[] {
  return rules.overrides.flatMap(({ where, rule: ids, set }, index): ConfigProblem[] => {
    const matching = rules.rules.filter(({ id }) => matchesGlob(ids, id))
    const never = matching.flatMap((rule) =>
      neverProblems(withFields(rule, set), ['overrides', index, 'set']).filter(({ path }) =>
        Object.hasOwn(set, String(path.at(-1))),
      ),
    )
    const isUnused = hosts.length > 0 && !hosts.some((host) => matchesHost(where, host))
    const unused = { path: ['overrides', index, 'where'], expected: 'a host that the bucket knows: it matches none' }
    return [...never.slice(0, 1), ...(isUnused ? [unused] : [])]
  })
}

function tellingProblems({ receivers, telling: { routes } }: VitalsConfig): ConfigProblem[] {
  const end = routes.findIndex((route) => !route.continue && !route.during && Object.keys(route.match).length === 0)
  const never = routes.slice(end + 1).map((_, index): ConfigProblem => {
    const expected = `a route that is reached: routes[${end}] takes everything before it`
    return { path: ['routes', end + 1 + index], expected }
  })
  const named = new Set(routes.flatMap(({ to }) => to))
  const unused = receivers.flatMap(({ name }, index): ConfigProblem[] => {
    if (named.has(name) || name === 'default') return []
    return [
      { path: ['receivers', index, 'name'], value: JSON.stringify(name), expected: 'a receiver that a route names' },
    ]
  })
  return [...(end < 0 ? [] : never), ...unused]
}
