/** A check of this host: what it found, and, where that is not well, why it matters and what to do. */
import type { Clock, Random } from '../../adapters/clock/port.ts'
import type { Settings } from '../../core/settings.ts'
import { type FindingName, type Outcome, remedies } from './remedies.ts'

export interface CheckContext {
  settings: Settings
  /** Of this command. */
  version: string
  clock: Clock
  random: Random
  /** Where the kernel tells: `/proc`, `/sys`; and where units lie: ``, `/`. */
  roots: { proc: string; sys: string; units: readonly string[] }
}

export interface Result {
  /** What was looked at. */
  name: string
  outcome: Outcome
  found: string
  /** Its row in docs/doctor.md. */
  finding?: FindingName
  /** To be copied. */
  remedy?: string
}

export interface Check {
  /** The heading it stands under. */
  title: string
  deadlineMs: number
  run(context: CheckContext): Promise<Result[]>
}

export function well(name: string, found: string): Result {
  return { name, outcome: 'ok', found }
}

/** `values`: for the remedy's `{…}`. */
export function amiss(
  name: string,
  finding: FindingName,
  found: string,
  values: Readonly<Record<string, string>> = {},
): Result {
  const { outcome, remedy } = remedies[finding]
  return { name, outcome, found, finding, remedy: remedy.replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole) }
}

export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
