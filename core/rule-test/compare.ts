/** What should have happened beside what did. */
import type { Transition } from '../alerts/alert.ts'
import { printDuration } from '../config/duration.ts'
import { matchesGlob } from '../glob.ts'
import type { Expectation, RuleTest } from './file.ts'

export interface Comparison {
  /**
   * `-`: was expected and did not happen; `+`: happened and was not expected; ` `: as expected. `of`: the position of what was
   * expected among what the test expects.
   */
  lines: { sign: ' ' | '-' | '+'; text: string; of?: number }[]
  passed: boolean
}

/**
 * Each beginning, change of severity and end of an incident must be expected, and nothing else may be. Pending, recovering
 * and no-data are there for who asks: nobody is told of them.
 */
export function compare(test: RuleTest, transitions: readonly Transition[]): Comparison {
  const happened = transitions.filter(({ rule }) => test.rules.some((glob) => matchesGlob(glob, rule)))
  const unclaimed = new Set(happened)
  const lines: (Comparison['lines'][number] & { atMs: number })[] = []
  for (const [of, expected] of (test.expect ?? []).entries()) {
    const alike = [...unclaimed].filter((transition) => isAlike(expected, transition, test))
    const found = alike.find((transition) => agrees(expected, transition)) ?? alike[0]
    if (found) unclaimed.delete(found)
    if (found && agrees(expected, found)) {
      lines.push({ sign: ' ', atMs: expected.atMs, text: transitionText(found, test) })
      continue
    }
    lines.push({ sign: '-', atMs: expected.atMs, text: expectationText(expected, test), of })
    if (found) lines.push({ sign: '+', atMs: expected.atMs, text: transitionText(found, test) })
  }
  for (const transition of unclaimed) {
    if (!isTold(transition)) continue
    lines.push({ sign: '+', atMs: transition.atMs - test.startMs, text: transitionText(transition, test) })
  }
  const passed = lines.every(({ sign }) => sign === ' ')
  return { lines: lines.sort((a, b) => a.atMs - b.atMs).map(({ atMs: _, ...line }) => line), passed }
}

function isTold({ to, incident }: Transition): boolean {
  return to === 'firing' || (to === 'ok' && incident !== undefined)
}

function isAlike(expected: Expectation, { atMs, host, rule, entity, to }: Transition, test: RuleTest): boolean {
  return (
    atMs - test.startMs === expected.atMs &&
    host === (expected.host ?? onlyHost(test) ?? host) &&
    rule === expected.rule &&
    (expected.entity === undefined || entity === expected.entity) &&
    to === expected.to
  )
}

function agrees({ severity, reason }: Expectation, transition: Transition): boolean {
  return (severity === undefined || severity === transition.severity) && transition.reason.includes(reason ?? '')
}

export function onlyHost({ hosts }: Pick<RuleTest, 'hosts'>): string | undefined {
  return hosts.length === 1 ? hosts[0]?.host : undefined
}

function expectationText({ atMs, host, rule, entity, to, severity, reason }: Expectation, test: RuleTest): string {
  const where = [host ?? onlyHost(test) ?? 'any host', rule, entity ?? ''].filter((word) => word !== '').join(' ')
  const said = reason === undefined ? '' : `: … ${reason} …`
  return `${printDuration(atMs).padStart(7)}  ${where} -> ${to}${severity ? ` (${severity})` : ''}${said}`
}

function transitionText({ atMs, host, rule, entity, to, severity, reason }: Transition, test: RuleTest): string {
  const where = [host, rule, entity].filter((word) => word !== '').join(' ')
  const at = printDuration(Math.max(0, atMs - test.startMs))
  return `${at.padStart(7)}  ${where} -> ${to} (${severity}): ${reason}`
}
