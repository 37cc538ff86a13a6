/** What a host could not read in a bucket: how often, from when to when, and why. Merged in any order, the same. */

export interface UnavailableStats {
  /** As the snapshot names it: `cpu.pressure`, `disks:/mnt/nas`. */
  subject: string
  /** In the last of its snapshots. */
  reason: string
  /** That lacked it. */
  snapshots: number
  /** First and last of them. */
  firstMs: number
  lastMs: number
}

/** Far more than an agent names; a host that sends others fills no bucket. */
const mostSubjects = 64

export function unavailableIn(unavailable: Readonly<Record<string, string>>, atMs: number): UnavailableStats[] {
  return Object.entries(unavailable).map(([subject, reason]) => ({
    subject,
    reason,
    snapshots: 1,
    firstMs: atMs,
    lastMs: atMs,
  }))
}

export function mergeUnavailable(all: readonly UnavailableStats[]): UnavailableStats[] {
  const bySubject = new Map<string, UnavailableStats>()
  for (const one of all) {
    const known = bySubject.get(one.subject)
    bySubject.set(one.subject, known ? merge(known, one) : one)
  }
  return [...bySubject.values()].toSorted((a, b) => (a.subject < b.subject ? -1 : 1))
}

/** What a stored bucket keeps: those that lacked most often. */
export function boundUnavailable(all: readonly UnavailableStats[]): UnavailableStats[] {
  if (all.length <= mostSubjects) return [...all]
  const kept = new Set(all.toSorted((a, b) => b.snapshots - a.snapshots).slice(0, mostSubjects))
  return all.filter((one) => kept.has(one))
}

function merge(a: UnavailableStats, b: UnavailableStats): UnavailableStats {
  const isLater = b.lastMs > a.lastMs || (b.lastMs === a.lastMs && b.reason > a.reason)
  return {
    subject: a.subject,
    reason: isLater ? b.reason : a.reason,
    snapshots: a.snapshots + b.snapshots,
    firstMs: Math.min(a.firstMs, b.firstMs),
    lastMs: Math.max(a.lastMs, b.lastMs),
  }
}
