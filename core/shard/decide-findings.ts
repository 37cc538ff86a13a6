/**
 * What a host's own checks found, as alerts. There is one for each check and subject: it fires with the finding, clears
 * when a snapshot comes without it, and is without data where the check itself could not be run.
 */
import { type AlertKey, alertKey, parseAlertKey } from '../alerts/alert.ts'
import { findingEntity } from '../alerts/finding.ts'
import type { Observation } from '../alerts/lifecycle.ts'
import type { Reading } from '../alerts/readings.ts'
import type { FindingRule } from '../alerts/rule.ts'
import { limits } from '../limits.ts'
import type { Finding } from '../snapshot.ts'
import { decide, decideMissing, type Taking } from './decide-alert.ts'
import type { Fold } from './fold.ts'

export function decideFindings(taking: Taking, reading: Reading): void {
  const { finding: rule } = taking.rules
  if (!rule || (!reading.findings && taking.fold.found.size === 0)) return
  const present = byEntity(reading.findings ?? [])
  for (const [entity, finding] of present) decidePresent(taking, rule, entity, finding, reading)
  for (const key of [...taking.fold.found.keys()]) {
    const { entity } = parseAlertKey(key)
    if (!present.has(entity)) decideAbsent(taking, rule, key, entity, reading)
  }
}

function decidePresent(taking: Taking, rule: FindingRule, entity: string, finding: Finding, reading: Reading): void {
  const { fold } = taking
  const { check, source = check, severity, message: reason, value, threshold } = finding
  const key = alertKey(rule.id, entity)
  if (!fold.alerts.has(key) && fold.found.size >= limits.findingAlertsPerHost) {
    taking.isFull.findings = true
    return
  }
  taking.judged.add(key)
  const { atMs } = reading
  const known = fold.found.get(key)?.severity
  const observation = observed(fold, key, rule, { severity, atMs })
  decide(taking, { key, rule, entity, severity: known ?? severity, observation, atMs, reading }, () => ({
    reason,
    ...(value === undefined ? {} : { value }),
    ...(threshold === undefined ? {} : { threshold }),
  }))
  if (!fold.alerts.has(key)) return
  fold.found.set(key, { severity: known === 'critical' ? known : severity, source })
}

/** Breaching once it has stood for the rule's window. It may become worse; what it was at its worst stays until it is over. */
function observed(
  fold: Fold,
  key: AlertKey,
  { windowMs }: FindingRule,
  { severity, atMs }: { severity: Finding['severity']; atMs: number },
): Observation {
  const known = fold.alerts.get(key)
  const stoodMs = known?.state === 'pending' ? atMs - known.sinceMs : 0
  const isOpen = known !== undefined && known.state !== 'pending' && known.incident !== undefined
  return isOpen || stoodMs >= windowMs ? { is: 'breaching', severity, still: 'critical' } : { is: 'building' }
}

function decideAbsent(taking: Taking, rule: FindingRule, key: AlertKey, entity: string, reading: Reading): void {
  const { fold } = taking
  const { severity, source } = fold.found.get(key) ?? { severity: 'warning' as const, source: '' }
  const about = { key, rule, entity, severity, atMs: reading.atMs, reading }
  taking.judged.add(key)
  const { notRun = {} } = reading
  if (Object.hasOwn(notRun, source)) decideMissing(taking, about, `${source} could not be run: ${notRun[source]}`)
  else decide(taking, { ...about, observation: { is: 'clear' } }, () => ({ reason: 'no longer found' }))
  // What is known of alerts that are over is not kept.
  if (!fold.alerts.has(key)) fold.found.delete(key)
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
