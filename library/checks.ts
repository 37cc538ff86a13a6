/** The checks of a program, as the agent runs them: those that a subclass has, and those of the option. */
import type { Clock } from '../adapters/clock/port.ts'
import type { Log } from '../adapters/log/port.ts'
import { type Check as AgentCheck, type Checks, createChecks } from '../agent/checks/checks.ts'
import { defaultRules } from '../core/alerts/default-rules.ts'
import type { Settings } from '../core/settings.ts'
import type { Check } from './findings.ts'

const longestMs = 5_000
const nameLength = 200

/** Absent: there is none. `own`: `checkThresholds`, where a subclass has one. */
export function openChecks({
  own,
  checks,
  settings,
  clock,
  log,
}: {
  own?: Check
  checks: readonly Check[]
  settings: Settings
  clock: Clock
  log: Log
}): Checks | undefined {
  const all = [...(own ? [{ name: 'checkThresholds', run: own }] : []), ...named(checks)]
  if (all.length === 0) return undefined
  return createChecks({
    checks: all,
    reserved: defaultRules(settings).map(({ id }) => id),
    deadlineMs: Math.min(longestMs, settings.intervalMs / 2),
    clock,
    log,
  })
}

/** Each under a name of its own: that of the function, or its number. */
function named(checks: readonly Check[]): AgentCheck[] {
  const names = new Set(['checkThresholds'])
  return checks.map((run, index) => {
    const number = index + 1
    const called = run.name === '' ? `check ${number}` : run.name.slice(0, nameLength)
    const name = names.has(called) ? `${called} ${number}` : called
    names.add(name)
    return { name, run }
  })
}
