/** What a snapshot has several of: which of them it tells, and which it may well have and says nothing about. */
import type { Snapshot } from '../snapshot.ts'
import type { RuleEntity, RuleMetric } from './rule-metrics.ts'

/**
 * Of a metric with several: those without a value that are there all the same; `true`: any may be, since not all that there
 * are could be told. Undefined: what has no value here is not there.
 */
export type Unsure = readonly string[] | true | undefined

interface Listing {
  /** What `unavailable` calls a list that could not be read, or not whole. */
  subjects: readonly string[]
  /** More than one word, what they are together. */
  plural: string
  names(snapshot: Snapshot): readonly string[]
}

const listings: Readonly<Record<RuleEntity, Listing>> = {
  mount: { subjects: ['disks'], plural: 'mounts', names: (s) => s.disks.map(({ mount }) => mount) },
  device: { subjects: ['diskIo'], plural: 'devices', names: (s) => s.diskIo.map(({ device }) => device) },
  interface: { subjects: ['interfaces'], plural: 'interfaces', names: (s) => s.interfaces.map(({ name }) => name) },
  core: {
    subjects: ['cpu', 'cpu.perCorePercent'],
    plural: 'cores',
    names: (s) => (s.cpu.perCorePercent ?? []).map((_, core) => String(core)),
  },
  process: {
    subjects: ['processes', 'processes.top'],
    plural: 'processes',
    names: (s) => s.processes.top.map(({ name }) => name),
  },
  sensor: { subjects: ['sensors'], plural: 'sensors', names: (s) => (s.sensors ?? []).map(({ name }) => name) },
  watch: {
    subjects: ['processes', 'processes.watches'],
    plural: 'watches',
    names: (s) => Object.keys(s.processes.watches ?? {}),
  },
}

export function pluralOf(per: RuleEntity): string {
  return listings[per].plural
}

/** `read` is what the metric has of this snapshot. */
export function unsureOf(
  { per }: Pick<RuleMetric, 'per'>,
  snapshot: Snapshot,
  read: readonly (readonly [string, number])[],
): Unsure {
  if (per === undefined) return undefined
  const { subjects, names } = listings[per]
  const { unavailable } = snapshot
  if (unavailable && subjects.some((subject) => Object.hasOwn(unavailable, subject))) return true
  const all = names(snapshot)
  const unread = unavailable ? namedBy(unavailable, subjects) : []
  if (all.length === read.length && unread.length === 0) return undefined
  const known = new Set(read.map(([name]) => name))
  const unsure = [...new Set([...all, ...unread])].filter((name) => !known.has(name))
  return unsure.length === 0 ? undefined : unsure
}

/** `disks:/mnt/nas`: it is there, and did not answer. */
function namedBy(unavailable: Readonly<Record<string, string>>, subjects: readonly string[]): string[] {
  return Object.keys(unavailable).flatMap((subject) => {
    const at = subject.indexOf(':')
    return at > 0 && subjects.includes(subject.slice(0, at)) ? [subject.slice(at + 1)] : []
  })
}
