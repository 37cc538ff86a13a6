/** Changes of a host in a bucket, those of one kind and subject together. Merged in any order, the same. */
import type { Change } from '../change.ts'
import type { Snapshot } from '../snapshot.ts'

export interface ChangeStats extends Change {
  /** How often. */
  count: number
  /** First and last of them; `before` was before the first, `after` is after the last. */
  firstMs: number
  lastMs: number
}

/** More than a host that is well changes in a day; one that isn't fills no bucket. */
const mostChanges = 64

/** Those that evaluate saw, and those of watched processes that the agent told. */
export function changesIn(
  { changes = [], snapshot }: { changes?: readonly Change[]; snapshot: Pick<Snapshot, 'events'> },
  atMs: number,
): ChangeStats[] {
  const told = (snapshot.events ?? []).map(({ kind, name }): Change => ({ what: kind, subject: name }))
  return [...changes, ...told].map((change) => ({ ...change, count: 1, firstMs: atMs, lastMs: atMs }))
}

export function mergeChanges(all: readonly ChangeStats[]): ChangeStats[] {
  const bySubject = new Map<string, ChangeStats>()
  for (const one of all) {
    const known = bySubject.get(idOf(one))
    bySubject.set(idOf(one), known ? merge(known, one) : one)
  }
  return [...bySubject.values()].sort((a, b) => (idOf(a) < idOf(b) ? -1 : 1))
}

/** What a stored bucket keeps: those of the host before those of its parts, rare ones before frequent ones. */
export function boundChanges(all: readonly ChangeStats[]): ChangeStats[] {
  if (all.length <= mostChanges) return [...all]
  const weight = ({ subject, count }: ChangeStats) => (subject === undefined ? 0 : count)
  const kept = new Set(all.toSorted((a, b) => weight(a) - weight(b)).slice(0, mostChanges))
  return all.filter((one) => kept.has(one))
}

function idOf({ what, subject = '' }: Change): string {
  return `${what} ${subject}`
}

function merge(a: ChangeStats, b: ChangeStats): ChangeStats {
  const first = isBefore(a, b) ? a : b
  const last = isAfter(a, b) ? a : b
  return {
    what: a.what,
    ...(a.subject === undefined ? {} : { subject: a.subject }),
    ...(first.before === undefined ? {} : { before: first.before }),
    ...(last.after === undefined ? {} : { after: last.after }),
    count: a.count + b.count,
    firstMs: first.firstMs,
    lastMs: last.lastMs,
  }
}

function isBefore(a: ChangeStats, b: ChangeStats): boolean {
  return a.firstMs < b.firstMs || (a.firstMs === b.firstMs && (a.before ?? '') <= (b.before ?? ''))
}

function isAfter(a: ChangeStats, b: ChangeStats): boolean {
  return a.lastMs > b.lastMs || (a.lastMs === b.lastMs && (a.after ?? '') >= (b.after ?? ''))
}
