/** What really happened, as nobody in the system knows it: the invariants are held against this. */
import type { ReceiverName } from './fleet.ts'
import type { StandingSilence } from './operators.ts'

export interface Taken {
  host: string
  /** When it was taken in truth. */
  trueMs: number
  /** Could anybody know? Not with a wrong clock, as long as the batch has no reading of the store's. */
  isDated: boolean
  /** The batch that it goes into. */
  stream: string
  seq: number
}

/** A message that its receiver has. */
export interface Received {
  message: string
  kind: 'single' | 'group' | 'digest'
  /** Of its notices, in their order. */
  ids: string[]
  /** Until then the first of its notices had to wait for others. */
  gatheredMs: number
  receiver: ReceiverName
  atMs: number
  /** Nobody died or was unheard between the sending and its being written down: it must not come again. */
  isSure: boolean
}

export interface Ledger {
  /** By the number that each sample carries through the system. */
  readonly taken: ReadonlyMap<number, Taken>
  /** The spool said that it is durable; of the others, a crash decided. */
  readonly accepted: ReadonlySet<number>
  readonly clonedStreams: ReadonlySet<string>
  /** In the order in which receivers had them. */
  readonly received: readonly Received[]
  /** In the order in which they were said. */
  readonly silences: StandingSilence[]
  take(sample: Pick<Taken, 'host' | 'trueMs' | 'isDated'>, batch: Pick<Taken, 'stream' | 'seq'>): number
  accept(id: number): void
  /** This batch is sealed with a reading of the store's clock. Of a cloned stream nobody knows which of two it is. */
  date(batch: Pick<Taken, 'stream' | 'seq'>): void
  cloned(stream: string): void
  receive(received: Received): void
}

export function createLedger(): Ledger {
  const taken = new Map<number, Taken>()
  const accepted = new Set<number>()
  const clonedStreams = new Set<string>()
  const received: Received[] = []
  return {
    taken,
    accepted,
    clonedStreams,
    received,
    silences: [],
    take: (sample, { stream, seq }) => {
      const id = taken.size + 1
      taken.set(id, { ...sample, stream, seq })
      return id
    },
    accept: (id) => accepted.add(id),
    date: ({ stream, seq }) => {
      if (clonedStreams.has(stream)) return
      for (const [id, one] of taken)
        if (one.stream === stream && one.seq === seq) taken.set(id, { ...one, isDated: true })
    },
    cloned: (stream) => clonedStreams.add(stream),
    receive: (one) => received.push(one),
  }
}
