/**
 * What a host's own checks found, as alerts. There is one for each check and subject: it fires with the finding, clears
 * when a snapshot comes without it, and is without data where the check itself could not be run.
 */
import { type AlertKey, alertKey } from '../alerts/alert.ts'
import { checkSubject, findingEntity } from '../alerts/finding.ts'
import type { Observation } from '../alerts/lifecycle.ts'
import type { FindingRule } from '../alerts/rule.ts'
import { limits } from '../limits.ts'
import type { Finding, Snapshot } from '../snapshot.ts'
import { busiest, type Decided, decideAlert, decideEach, entitiesOf, type TimedSnapshot } from './decide-alert.ts'
import { withFinding } from './findings.ts'
import type { HostState } from './state.ts'

interface Run {
  name: string
  rule: FindingRule
  sample: TimedSnapshot
  nowMs: number
}

/** The host after what its newest snapshot says was found. */
export function decideFindings(before: HostState, run: Run): Decided {
  const present = byEntity(run.sample.snapshot.findings ?? [])
  const found = decideEach(before, [...present], (host, [entity, finding]) => decidePresent(host, entity, finding, run))
  const absent = entitiesOf(found.host, run.rule).filter((entity) => !present.has(entity))
  const gone = decideEach(found.host, absent, (host, entity) => decideAbsent(host, entity, run))
  return { host: gone.host, transitions: [...found.transitions, ...gone.transitions] }
}

/** No more to judge by: what was found may stand or not. */
export function decideFindingsSilence(
  before: HostState,
  rule: FindingRule,
  silence: { name: string; atMs: number; nowMs: number; reason: string },
): Decided {
  return decideEach(before, entitiesOf(before, rule), (host, entity) => {
    const severity = foundOf(host, alertKey(rule.id, entity)).severity
    return settled(
      decideAlert(host, { ...silence, rule: { ...rule, severity }, entity, observation: { is: 'missing' } }),
    )
  })
}

function decidePresent(host: HostState, entity: string, finding: Finding, run: Run): Decided {
  const { name, rule, sample, nowMs } = run
  const { check, source = check, severity, message, value, threshold } = finding
  const key = alertKey(rule.id, entity)
  const known = host.alerts[key]
  if (!known && entitiesOf(host, rule).length >= limits.findingAlertsPerHost) {
    const text = `${limits.findingAlertsPerHost} alerts of custom checks are open; what else they find is not told`
    return { host: withFinding(host, 'too-many-findings', text, nowMs), transitions: [] }
  }
  const began = known ? foundOf(host, key).severity : severity
  const { host: decided, transitions } = decideAlert(host, {
    name,
    rule: { ...rule, severity: began, ...(threshold === undefined ? {} : { threshold }) },
    entity,
    observation: observed(host, key, run),
    atMs: sample.atMs,
    nowMs,
    reason: message,
    ...(value === undefined ? {} : { value }),
    top: busiest(sample.snapshot),
  })
  if (!decided.alerts[key]) return { host: decided, transitions }
  return { host: { ...decided, found: { ...decided.found, [key]: { severity: began, source } } }, transitions }
}

/** Breaching once it has stood for the rule's window. */
function observed(host: HostState, key: AlertKey, { rule, sample }: Run): Observation {
  const known = host.alerts[key]
  const stood = known?.state === 'pending' ? sample.atMs - known.sinceMs : 0
  return { is: stood >= rule.windowMs ? 'breaching' : 'building' }
}

function decideAbsent(host: HostState, entity: string, { name, rule, sample, nowMs }: Run): Decided {
  const { severity, source } = foundOf(host, alertKey(rule.id, entity))
  const unknown = whyUnknown(sample.snapshot, source)
  return settled(
    decideAlert(host, {
      name,
      rule: { ...rule, severity },
      entity,
      observation: { is: unknown === undefined ? 'clear' : 'missing' },
      atMs: sample.atMs,
      nowMs,
      reason: unknown ?? 'no longer found',
    }),
  )
}

function whyUnknown({ unavailable = {} }: Snapshot, source: string): string | undefined {
  const subject = checkSubject(source)
  return Object.hasOwn(unavailable, subject) ? `${source} could not be run: ${unavailable[subject]}` : undefined
}

/** By what their alerts are of; of several that are one alert the most severe, and of those the first. */
function byEntity(findings: readonly Finding[]): Map<string, Finding> {
  const found = new Map<string, Finding>()
  for (const finding of findings) {
    const entity = findingEntity(finding)
    const known = found.get(entity)
    if (!known || (known.severity === 'warning' && finding.severity === 'critical')) found.set(entity, finding)
  }
  return found
}

function foundOf({ found = {} }: HostState, key: AlertKey) {
  return found[key] ?? ({ severity: 'warning', source: '' } as const)
}

/** What is known of alerts that are over is not kept. */
function settled({ host, transitions }: Decided): Decided {
  const { found, ...rest } = host
  if (!found) return { host, transitions }
  const kept = Object.entries(found).filter(([key]) => host.alerts[key])
  if (kept.length === Object.keys(found).length) return { host, transitions }
  return { host: kept.length === 0 ? rest : { ...rest, found: Object.fromEntries(kept) }, transitions }
}
