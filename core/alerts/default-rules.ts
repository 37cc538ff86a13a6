/** The rules that stand without a vitals.yml. Nobody is woken for a build. */
import type { Settings } from '../settings.ts'
import { clearOf } from './hysteresis.ts'
import type { AbsentRule, FindingRule, Flap, Rule, RuleFields, RuleSet, ThresholdRule } from './rule.ts'

const inodesPercent = 90
const losingWindowMs = 15 * 60_000
/** A day: what nobody has put right is told again. */
export const repeatMs = 24 * 3_600_000
/** Whoever was mailed three times in an hour knows; the fourth is told as flapping, and then there is quiet. */
const flap: Flap = { times: 4, withinMs: 3_600_000, calmMs: 30 * 60_000 }

export type RuleSettings = Pick<
  Settings,
  | 'cpuThreshold'
  | 'memoryThreshold'
  | 'diskThreshold'
  | 'cpuWindowMs'
  | 'memoryWindowMs'
  | 'diskWindowMs'
  | 'findingWindowMs'
  | 'keepFiringMs'
  | 'hostDownAfterMs'
  | 'latenessMs'
>

export function defaultRules(settings: RuleSettings): Rule[] {
  const { keepFiringMs, hostDownAfterMs, findingWindowMs } = settings
  const hostDown: AbsentRule = {
    kind: 'absent',
    id: 'host-down',
    of: 'host',
    afterMs: hostDownAfterMs,
    severity: 'critical',
    // It was heard: there is nothing to wait for.
    keepFiringMs: 0,
    repeatMs,
    flap,
  }
  const finding: FindingRule = {
    kind: 'finding',
    id: 'finding',
    windowMs: findingWindowMs,
    keepFiringMs,
    repeatMs,
    flap,
  }
  return [...defaultThresholds(settings), hostDown, finding]
}

export function defaultRuleSet(settings: RuleSettings): RuleSet {
  return { rules: defaultRules(settings), overrides: [], latenessMs: settings.latenessMs }
}

/** Those that one snapshot can say something of by itself: what a host sees without evaluate. */
export function localThresholds(settings: RuleSettings): ThresholdRule[] {
  return defaultThresholds(settings).filter(({ agg }) => agg === 'avg')
}

function defaultThresholds(settings: RuleSettings): ThresholdRule[] {
  const shared = {
    kind: 'threshold',
    op: '>',
    severity: 'warning',
    agg: 'avg',
    datapoints: { breaching: 1, of: 1 },
    missing: 'no-data',
    keepFiringMs: settings.keepFiringMs,
    repeatMs,
    flap,
  } as const
  const rules: Omit<ThresholdRule, 'clear'>[] = [
    {
      ...shared,
      id: 'cpu',
      metric: 'cpu.percent',
      threshold: settings.cpuThreshold,
      windowMs: settings.cpuWindowMs,
    },
    {
      ...shared,
      id: 'memory',
      metric: 'memory.percent',
      threshold: settings.memoryThreshold,
      windowMs: settings.memoryWindowMs,
    },
    {
      ...shared,
      id: 'disk',
      metric: 'disk.percent',
      threshold: settings.diskThreshold,
      windowMs: settings.diskWindowMs,
    },
    { ...shared, id: 'inodes', metric: 'disk.inodes', threshold: inodesPercent, windowMs: settings.diskWindowMs },
    { ...shared, id: 'read-only', metric: 'disk.readOnly', threshold: 0, windowMs: 0, severity: 'critical' },
    {
      ...shared,
      id: 'agent-losing-data',
      metric: 'agent.dropped',
      threshold: 0,
      agg: 'delta',
      windowMs: losingWindowMs,
    },
  ]
  return rules.map((rule) => ({ ...rule, clear: clearOf(rule) }))
}

/** By which setting a field of a default rule is changed. */
export const settingOfField: Readonly<Record<string, Partial<Record<keyof RuleFields, keyof RuleSettings>>>> = {
  cpu: { threshold: 'cpuThreshold', windowMs: 'cpuWindowMs' },
  memory: { threshold: 'memoryThreshold', windowMs: 'memoryWindowMs' },
  disk: { threshold: 'diskThreshold', windowMs: 'diskWindowMs' },
  inodes: { windowMs: 'diskWindowMs' },
  finding: { windowMs: 'findingWindowMs' },
}
