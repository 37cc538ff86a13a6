/** One reading more of a host: every alert that it says something about, and those that it leaves without data. */
import { type AlertKey, parseAlertKey } from '../alerts/alert.ts'
import type { Reading } from '../alerts/readings.ts'
import { utcTime } from '../alerts/reason.ts'
import { decide, decideMissing, type Taking } from './decide-alert.ts'
import { decideFindings } from './decide-findings.ts'
import { decideForecasts } from './decide-forecast.ts'
import { decideGone } from './decide-gone.ts'
import { decideProcesses } from './decide-process.ts'
import { decideThresholds } from './decide-threshold.ts'

/** It must be newer than all that the fold has taken. */
export function takeReading(taking: Taking, reading: Reading): void {
  const { fold } = taking
  taking.judged.clear()
  const sinceMs = loseInGap(taking, reading)
  fold.atMs = reading.atMs
  fold.intervalMs = reading.intervalMs
  decideThresholds(taking, reading)
  decideForecasts(taking, reading)
  decideProcesses(taking, reading)
  decideFindings(taking, reading)
  if (fold.lacked.size > 0 || fold.alerts.size > 0) decideGone(taking, reading, sinceMs)
  if (fold.alerts.size > 0) decideUntold(taking, reading)
}

/**
 * Between two samples that are too far apart nothing is known: what was pending begins anew. Gives how long before this one
 * is known by it and the one before.
 */
function loseInGap(taking: Taking, reading: Reading): number {
  const { fold, rules } = taking
  if (fold.atMs === 0) return 0
  const allowedMs = Math.max(rules.gapMs, 3 * Math.max(fold.intervalMs, reading.intervalMs))
  const sinceMs = reading.atMs - fold.atMs
  if (sinceMs <= allowedMs) return sinceMs
  const time = (atMs: number) => utcTime(atMs, reading.atMs)
  loseAll(taking, reading, fold.atMs + allowedMs, `no data from ${time(fold.atMs)} to ${time(reading.atMs)}`)
  return 0
}

function loseAll(taking: Taking, reading: Reading, atMs: number, reason: string): void {
  for (const key of [...taking.fold.alerts.keys()]) lose(taking, key, reading, atMs, reason)
}

/** Alerts about something that the snapshot has no value of. */
function decideUntold(taking: Taking, reading: Reading): void {
  for (const key of [...taking.fold.alerts.keys()]) {
    if (taking.judged.has(key)) continue
    lose(taking, key, reading, reading.atMs, 'the snapshot has no such value')
  }
}

function lose(taking: Taking, key: AlertKey, reading: Reading, atMs: number, reason: string): void {
  const { rule: id, entity } = parseAlertKey(key)
  const rule = taking.rules.byId.get(id)
  if (!rule) return
  const severity = rule.kind === 'finding' ? (taking.fold.found.get(key)?.severity ?? 'warning') : rule.severity
  const about = { key, rule, entity, severity, atMs, reading }
  const missing = rule.kind === 'threshold' ? rule.missing : 'no-data'
  if (missing === 'no-data') decideMissing(taking, about, reason)
  else if (missing === 'ok') {
    decide(taking, { ...about, observation: { is: 'clear' } }, () => ({ reason: `${reason}, which is ok by the rule` }))
  }
}
