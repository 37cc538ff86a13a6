/** What really happened, as nobody in the system knows it: the invariants are held against this. */

export interface Accepted {
  host: string
  /** When it was taken in truth; absent where nobody could know (a wrong clock, and no reading of the store's yet). */
  trueMs?: number
}

export interface Ledger {
  /** By the number that each sample carries through the system. */
  readonly accepted: ReadonlyMap<number, Accepted>
  readonly dropped: ReadonlySet<number>
  /** The reason of each gap that an agent told. */
  readonly gapReasons: readonly string[]
  /** Notice ids, in the order in which the receiver had them. */
  readonly received: readonly string[]
  accept(sample: Accepted): number
  drop(ids: readonly number[]): string
  receive(noticeId: string): void
}

export function createLedger(): Ledger {
  const accepted = new Map<number, Accepted>()
  const dropped = new Set<number>()
  const gapReasons: string[] = []
  const received: string[] = []
  return {
    accepted,
    dropped,
    gapReasons,
    received,
    accept: (sample) => {
      accepted.set(accepted.size + 1, sample)
      return accepted.size
    },
    drop: (ids) => {
      for (const id of ids) dropped.add(id)
      const reason = `the spool was full (${gapReasons.length + 1})`
      gapReasons.push(reason)
      return reason
    },
    receive: (noticeId) => received.push(noticeId),
  }
}
