/** What a check handed back, as findings that a snapshot may hold: nothing that somebody else wrote is taken as it is. */
import { limits } from '../../core/limits.ts'
import type { Finding } from '../../core/snapshot.ts'
import { clip } from '../collect/unavailable.ts'

export interface ReadFindings {
  findings: Finding[]
  /** What could not be taken: then nobody knows what else was found. */
  faults: string[]
}

/** `undefined` and `null` are nothing found. Texts are cut to their limits, and of more than `max` findings the first are read. */
export function readFindings(returned: unknown, { source, max }: { source: string; max: number }): ReadFindings {
  if (returned === undefined || returned === null) return { findings: [], faults: [] }
  if (!Array.isArray(returned)) return { findings: [], faults: [`it returned ${kindOf(returned)}, expected a list`] }
  const findings: Finding[] = []
  const faults = returned.length > max ? [`it found ${returned.length} things, of which ${max} are taken`] : []
  for (const [index, entry] of returned.slice(0, max).entries()) {
    const read = readFinding(entry, source)
    if (typeof read === 'string') faults.push(`finding ${index}: ${read}`)
    else findings.push(read)
  }
  return { findings, faults }
}

const severities = ['warning', 'critical'] as const

function readFinding(entry: unknown, source: string): Finding | string {
  if (typeof entry !== 'object' || entry === null) return `expected an object with a message, found ${kindOf(entry)}`
  // Read once: a getter may say something else the next time.
  const { check = source, subject, severity = 'warning', message, value, threshold } = entry as Record<string, unknown>
  if (!isText(message)) return `message: expected a text, found ${kindOf(message)}`
  if (!isText(check)) return `check: expected a name, found ${kindOf(check)}`
  if (subject !== undefined && !isText(subject)) return `subject: expected a name or nothing, found ${kindOf(subject)}`
  const known = severities.find((one) => one === severity)
  if (!known) return `severity: expected ${severities.join(' or ')}, found ${kindOf(severity)}`
  const name = clip(check, limits.nameLength).toWellFormed()
  return {
    check: name,
    ...(name === source ? {} : { source }),
    ...(subject === undefined ? {} : { subject: clip(subject, limits.nameLength).toWellFormed() }),
    severity: known,
    message: clip(message, limits.reasonLength).toWellFormed(),
    ...finite('value', value),
    ...finite('threshold', threshold),
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

/** What is no number is missing, and not 0. */
function finite<Key extends string>(key: Key, value: unknown): { [K in Key]?: number } {
  return Number.isFinite(value) ? ({ [key]: value } as { [K in Key]: number }) : {}
}

const shownLength = 40

function kindOf(value: unknown): string {
  if (value === '') return 'an empty text'
  if (typeof value === 'string') return JSON.stringify(clip(value, shownLength))
  if (value === null || value === undefined) return String(value)
  return Array.isArray(value) ? 'a list' : `a value of type ${typeof value}`
}
