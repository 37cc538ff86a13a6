/** What the rules of a host need of one snapshot: kept for a while, so that a late one can be put in its place. */
import type { Finding, Snapshot } from '../snapshot.ts'
import { type Unsure, unsureOf } from './entities.ts'
import { checkSubject } from './finding.ts'
import type { HostRules } from './host-rules.ts'
import { isRunning } from './process.ts'

export interface Reading {
  atMs: number
  intervalMs: number
  /** By metric, of those that a rule is about. */
  values: Record<string, [entity: string, value: number][]>
  /** By metric: what it has no value of, and is or may be there. */
  unsure?: Record<string, NonNullable<Unsure>>
  /** By the process that a rule is about: does it run? Absent: the snapshot doesn't tell. */
  processes?: Record<string, boolean>
  findings?: Finding[]
  /** By check: why it could not be run. */
  notRun?: Record<string, string>
}

export function readingOf(atMs: number, snapshot: Snapshot, rules: HostRules): Reading {
  const values: Reading['values'] = {}
  let unsure: Reading['unsure']
  for (const metric of rules.metrics) {
    const read = metric.read(snapshot)
    if (read.length === 0) continue
    values[metric.id] = read
    const others = unsureOf(metric, snapshot, read)
    if (others) unsure = { ...unsure, [metric.id]: others }
  }
  const reading: Reading = { atMs, intervalMs: snapshot.intervalMs, values }
  if (unsure) reading.unsure = unsure
  if (rules.processes.length > 0) reading.processes = processesOf(snapshot, rules)
  if (rules.finding) {
    const { findings = [], unavailable } = snapshot
    if (findings.length > 0) reading.findings = findings
    const notRun = unavailable && checksNotRun(unavailable)
    if (notRun) reading.notRun = notRun
  }
  return reading
}

/** How much of it there is to keep. */
export function weightOf(reading: Reading): number {
  let weight = 1 + 8 * (reading.findings?.length ?? 0)
  for (const metric in reading.values) weight += reading.values[metric]?.length ?? 0
  for (const others of Object.values(reading.unsure ?? {})) weight += others === true ? 1 : others.length
  return weight
}

function processesOf(snapshot: Snapshot, { processes }: HostRules): Record<string, boolean> {
  return Object.fromEntries(
    processes.flatMap(({ glob }) => {
      const runs = isRunning(glob, snapshot.processes)
      return runs === undefined ? [] : [[glob, runs]]
    }),
  )
}

function checksNotRun(unavailable: Record<string, string>): Record<string, string> | undefined {
  const prefix = checkSubject('')
  const found = Object.entries(unavailable).filter(([subject]) => subject.startsWith(prefix))
  return found.length === 0
    ? undefined
    : Object.fromEntries(found.map(([subject, why]) => [subject.slice(prefix.length), why]))
}
