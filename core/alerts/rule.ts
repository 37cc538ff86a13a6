/** Rules: what a host's samples are held against. */
import { createHash } from 'node:crypto'
import type { MetricId } from '../metrics.ts'
import type { Settings } from '../settings.ts'

export type Severity = 'warning' | 'critical'

export interface ThresholdRule {
  kind: 'threshold'
  id: string
  metric: MetricId
  /** Breaching is: the mean over the window is above this. */
  threshold: number
  /** Clear is: the mean is at or below this. Between the two nothing changes (hysteresis). */
  clear: number
  /** 0: each sample by itself. */
  windowMs: number
  /** How long a firing alert must have been clear before it is resolved. */
  keepFiringMs: number
  severity: Severity
}

/** No snapshot has come for `afterMs`, nor for two of the host's own sending intervals and a minute. */
export interface AbsentRule {
  kind: 'absent'
  id: string
  afterMs: number
  severity: Severity
}

/** What the checks of a host's owner found: an alert for each check and subject, as severe as it was found to be. */
export interface FindingRule {
  kind: 'finding'
  id: 'finding'
  /** How long a finding must stand before it fires; 0: at once. */
  windowMs: number
  keepFiringMs: number
}

export type Rule = ThresholdRule | AbsentRule | FindingRule

/** Five points below the threshold: one that swings around it doesn't flap. */
const hysteresisPercent = 5
const diskHysteresisPercent = 2

export function defaultRules(settings: Settings): Rule[] {
  const { keepFiringMs } = settings
  return [
    {
      kind: 'threshold',
      id: 'cpu',
      metric: 'cpu.percent',
      threshold: settings.cpuThreshold,
      clear: Math.max(0, settings.cpuThreshold - hysteresisPercent),
      windowMs: settings.cpuWindowMs,
      keepFiringMs,
      severity: 'warning',
    },
    {
      kind: 'threshold',
      id: 'memory',
      metric: 'memory.percent',
      threshold: settings.memoryThreshold,
      clear: Math.max(0, settings.memoryThreshold - hysteresisPercent),
      windowMs: settings.memoryWindowMs,
      keepFiringMs,
      severity: 'warning',
    },
    {
      kind: 'threshold',
      id: 'disk',
      metric: 'disk.percent',
      threshold: settings.diskThreshold,
      clear: Math.max(0, settings.diskThreshold - diskHysteresisPercent),
      windowMs: settings.diskWindowMs,
      keepFiringMs,
      severity: 'warning',
    },
    { kind: 'absent', id: 'host-down', afterMs: settings.hostDownAfterMs, severity: 'critical' },
    { kind: 'finding', id: 'finding', windowMs: settings.findingWindowMs, keepFiringMs },
  ]
}

/** Names the rules that a block was decided by; 16 hex digits. */
export function rulesHash(rules: readonly Rule[]): string {
  return createHash('sha256').update(JSON.stringify(rules)).digest('hex').slice(0, 16)
}
