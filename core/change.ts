/** What became another on a host, and what came or went. */
import type { HostFacts, Snapshot } from './snapshot.ts'

/** Facts whose change is worth telling. */
export const changingFacts = ['os', 'kernel', 'arch', 'cpuModel', 'cores', 'virtualisation'] as const

export type ChangeKind =
  | (typeof changingFacts)[number]
  | 'boot'
  | 'agent'
  | 'mount-added'
  | 'mount-removed'
  | NonNullable<Snapshot['events']>[number]['kind']

/** Seen in one snapshot, against the one before. */
export interface Change {
  what: ChangeKind
  /** A mount; absent: the host. */
  subject?: string
  before?: string
  after?: string
}

/** What is known of a host as a snapshot comes. */
export interface Known {
  facts: HostFacts
  agentVersion: string
  /** Absent: the host is new, and nothing of it has changed. */
  latest?: Pick<Snapshot, 'bootId' | 'disks' | 'unavailable'>
}

/** A host that mounts and unmounts all day fills no log. */
const mostMounts = 32

/** What was not known, or is not said now, has not changed. */
export function changesBetween(before: Known, after: Required<Known>): Change[] {
  const { latest } = before
  if (!latest) return []
  const { bootId } = after.latest
  const facts = changingFacts.flatMap((what) => changed(what, before.facts[what], after.facts[what]))
  const booted = latest.bootId !== undefined && bootId !== undefined && bootId !== latest.bootId
  return [
    ...(booted ? [{ what: 'boot' } as const] : []),
    ...facts,
    ...changed('agent', before.agentVersion, after.agentVersion),
    ...mountChanges(latest, after.latest).slice(0, mostMounts),
  ]
}

function changed(what: ChangeKind, before: string | number | undefined, after: string | number | undefined): Change[] {
  if (before === undefined || after === undefined || before === after) return []
  return [{ what, before: String(before), after: String(after) }]
}

type Mounts = NonNullable<Known['latest']>

/** Where a mount could not be read nobody knows which ones there are. */
function mountChanges(before: Mounts, after: Mounts): Change[] {
  if (!knowsMounts(before) || !knowsMounts(after)) return []
  const [earlier, later] = [before, after].map(({ disks }) => new Set(disks.map(({ mount }) => mount)))
  return [
    ...[...(later ?? [])]
      .filter((mount) => !earlier?.has(mount))
      .map((subject): Change => ({ what: 'mount-added', subject })),
    ...[...(earlier ?? [])]
      .filter((mount) => !later?.has(mount))
      .map((subject): Change => ({ what: 'mount-removed', subject })),
  ]
}

function knowsMounts({ disks, unavailable = {} }: Mounts): boolean {
  return disks.length > 0 && !Object.keys(unavailable).some((subject) => /^disks\b/.test(subject))
}
