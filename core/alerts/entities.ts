/** What a snapshot has several of: which of them it tells, and which it may well have and says nothing about. */
import type { Snapshot } from '../snapshot.ts'
import type { RuleEntity, RuleMetric } from './rule-metrics.ts'

/**
 * Of a metric with several: those without a value that are there all the same; `true`: any may be, since not all that there
 * are could be told. Undefined: what has no value here is not there.
 */
export type Unsure = readonly string[] | true | undefined

interface Listing {
  /** More than one word, what they are together. */
  plural: string
  /** What `unavailable` calls a list that could not be read, or not whole. */
  subjects: readonly string[]
  count(snapshot: Snapshot): number
  names(snapshot: Snapshot): string[]
}

const listings: Readonly<Record<RuleEntity, Listing>> = {
  mount: listing(
    ['mounts', 'disks'],
    (s) => s.disks,
    ({ mount }) => mount,
  ),
  device: listing(
    ['devices', 'diskIo'],
    (s) => s.diskIo,
    ({ device }) => device,
  ),
  interface: listing(
    ['interfaces', 'interfaces'],
    (s) => s.interfaces,
    ({ name }) => name,
  ),
  core: listing(
    ['cores', 'cpu', 'cpu.perCorePercent'],
    (s) => s.cpu.perCorePercent ?? [],
    (_, core) => String(core),
  ),
  process: listing(
    ['processes', 'processes', 'processes.top'],
    (s) => s.processes.top,
    ({ name }) => name,
  ),
  sensor: listing(
    ['sensors', 'sensors'],
    (s) => s.sensors ?? [],
    ({ name }) => name,
  ),
  watch: listing(
    ['watches', 'processes', 'processes.watches'],
    (s) => Object.keys(s.processes.watches ?? {}),
    (expression) => expression,
  ),
}

function listing<Item>(
  [plural, ...subjects]: readonly [plural: string, ...subjects: string[]],
  items: (snapshot: Snapshot) => readonly Item[],
  nameOf: (item: Item, index: number) => string,
): Listing {
  return {
    plural,
    subjects,
    count: (snapshot) => items(snapshot).length,
    names: (snapshot) => items(snapshot).map(nameOf),
  }
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
  const { subjects, count, names } = listings[per]
  const { unavailable } = snapshot
  if (unavailable && subjects.some((subject) => Object.hasOwn(unavailable, subject))) return true
  const unread = unavailable ? namedBy(unavailable, subjects) : []
  if (count(snapshot) === read.length && unread.length === 0) return undefined
  const known = new Set(read.map(([name]) => name))
  const unsure = [...new Set([...names(snapshot), ...unread])].filter((name) => !known.has(name))
  return unsure.length === 0 ? undefined : unsure
}

/** `disks:/mnt/nas`: it is there, and did not answer. */
function namedBy(unavailable: Readonly<Record<string, string>>, subjects: readonly string[]): string[] {
  return Object.keys(unavailable).flatMap((subject) => {
    const at = subject.indexOf(':')
    return at > 0 && subjects.includes(subject.slice(0, at)) ? [subject.slice(at + 1)] : []
  })
}
