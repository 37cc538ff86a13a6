/**
 * Checks of the host's owner: each looks at every snapshot, and what it finds travels in it. One that throws, hangs or
 * returns rubbish harms nobody: it is named in `unavailable`, and evaluate takes what it found before as unknown.
 */
import type { Clock } from '../../adapters/clock/port.ts'
import type { Log } from '../../adapters/log/port.ts'
import { checkSubject, findingEntity } from '../../core/alerts/finding.ts'
import { limits } from '../../core/limits.ts'
import type { Finding, Snapshot } from '../../core/snapshot.ts'
import { clip } from '../collect/unavailable.ts'
import { readFindings } from './read-findings.ts'

export interface Check {
  /** Unlike that of the others; at most 256 characters. */
  name: string
  /** Gets a copy of the snapshot. What it returns, or resolves to, is read with suspicion. */
  run(snapshot: Snapshot): unknown
}

/** For alerts.log: what a check found, or no longer does. */
export interface FindingChange extends Omit<Finding, 'source'> {
  rule: 'finding'
  direction: 'found' | 'gone'
}

export interface Checks {
  /** The snapshot with what was found in it. Never throws; takes at most the deadline. */
  apply(snapshot: Snapshot, signal: AbortSignal): Promise<{ snapshot: Snapshot; changes: FindingChange[] }>
}

export interface ChecksOptions {
  /** At most as many as a snapshot holds findings; they share its room. */
  checks: readonly Check[]
  /** Names that findings can't have: what these rules judge is an alert already. */
  reserved: readonly string[]
  deadlineMs: number
  clock: Clock
  log: Log
}

interface Outcome {
  source: string
  findings: Finding[]
  fault?: string
}

export function createChecks({ checks, reserved, deadlineMs, clock, log }: ChecksOptions): Checks {
  const max = Math.max(1, Math.floor(limits.findingsPerSnapshot / Math.max(1, checks.length)))
  const runs = checks.map((check) => createRun(check, { deadlineMs, max, clock }))
  const told = createTold(log)
  let standing = new Map<string, Finding>()
  return {
    apply: async (snapshot, signal) => {
      const outcomes = await Promise.all(runs.map((run) => run(snapshot, signal)))
      const all = outcomes.flatMap(({ findings }) => findings)
      const findings = all.filter(({ check }) => !reserved.includes(check)).slice(0, limits.findingsPerSnapshot)
      const unavailable = {
        ...Object.fromEntries(outcomes.flatMap(({ source, fault }) => (fault ? [[checkSubject(source), fault]] : []))),
        ...refusals(all, reserved),
      }
      told(unavailable)
      const unknown = new Set(outcomes.flatMap(({ source, fault }) => (fault ? [source] : [])))
      const next = standingAfter(standing, findings, unknown)
      const changes = changesBetween(standing, next)
      standing = next
      return { snapshot: withFound(snapshot, findings, unavailable), changes }
    },
  }
}

/** One check, again and again; while it hangs it is not started once more. */
function createRun(check: Check, { deadlineMs, max, clock }: { deadlineMs: number; max: number; clock: Clock }) {
  let isRunning = false
  const source = check.name
  const attempt = async (snapshot: Snapshot): Promise<Outcome> => {
    isRunning = true
    try {
      const { findings, faults } = readFindings(await check.run(structuredClone(snapshot)), { source, max })
      return { source, findings, ...(faults.length > 0 ? { fault: clip(faults.join('; '), limits.reasonLength) } : {}) }
    } catch (error) {
      return { source, findings: [], fault: clip(`it threw: ${messageOf(error)}`, limits.reasonLength) }
    } finally {
      isRunning = false
    }
  }
  return async (snapshot: Snapshot, signal: AbortSignal): Promise<Outcome> => {
    if (isRunning) return { source, findings: [], fault: 'its run before has not ended yet' }
    const ended = new AbortController()
    const late = clock.sleep(deadlineMs, AbortSignal.any([signal, ended.signal])).then((): Outcome => {
      const fault = signal.aborted ? 'the agent is being stopped' : `it did not answer in ${deadlineMs} ms`
      return { source, findings: [], fault }
    })
    return Promise.race([attempt(snapshot), late]).finally(() => ended.abort())
  }
}

function refusals(findings: readonly Finding[], reserved: readonly string[]): Record<string, string> {
  const refused = new Set(findings.map(({ check }) => check).filter((check) => reserved.includes(check)))
  return Object.fromEntries(
    [...refused].map((check) => [`finding:${check}`, `${check} is the name of a rule; a custom check needs another`]),
  )
}

/** What stands now. What a check found that could not be run this time stands still, as far as anybody knows. */
function standingAfter(
  before: ReadonlyMap<string, Finding>,
  findings: readonly Finding[],
  unknown: ReadonlySet<string>,
): Map<string, Finding> {
  const kept = [...before].filter(([, { check, source = check }]) => unknown.has(source))
  return new Map([...kept, ...findings.map((finding) => [findingEntity(finding), finding] as const)])
}

function changesBetween(before: ReadonlyMap<string, Finding>, after: ReadonlyMap<string, Finding>): FindingChange[] {
  const change = ({ source: _, ...finding }: Finding, direction: FindingChange['direction']): FindingChange => ({
    rule: 'finding',
    ...finding,
    direction,
  })
  return [
    ...[...after].filter(([key]) => !before.has(key)).map(([, finding]) => change(finding, 'found')),
    ...[...before].filter(([key]) => !after.has(key)).map(([, finding]) => change(finding, 'gone')),
  ]
}

function withFound(snapshot: Snapshot, findings: Finding[], unavailable: Record<string, string>): Snapshot {
  const isUnavailable = Object.keys(unavailable).length > 0
  return {
    ...snapshot,
    ...(findings.length > 0 ? { findings } : {}),
    ...(isUnavailable ? { unavailable: { ...snapshot.unavailable, ...unavailable } } : {}),
  }
}

/** Each fault once, until it is another one or over. */
function createTold(log: Log) {
  let before: Record<string, string> = {}
  return (unavailable: Record<string, string>) => {
    for (const [subject, reason] of Object.entries(unavailable)) {
      if (before[subject] === undefined) log.warn('a custom check could not be used', { subject, reason })
    }
    for (const subject of Object.keys(before)) {
      if (unavailable[subject] === undefined) log.info('a custom check can be used again', { subject })
    }
    before = unavailable
  }
}

/** Whatever was thrown, in words; reading those may throw, too. */
function messageOf(error: unknown): string {
  try {
    return error instanceof Error ? String(error.message) : String(error)
  } catch {
    return 'something that can not be shown'
  }
}
