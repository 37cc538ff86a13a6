/** The queue between the monitor and one reader of its snapshots: bounded, oldest dropped first, and the reader is told. */
import type { Snapshot } from '../core/snapshot.ts'

/** What a reader of snapshots gets, one after another. */
export interface Reading {
  snapshot: Snapshot
  /** Snapshots that came before this one and were dropped, since the reader was slower than they came. */
  missed: number
}

export interface SnapshotQueue {
  push(snapshot: Snapshot): void
  /** What waits is still read, and then nothing more comes. */
  end(): void
  /** Ended early by `return()`, as a `break` does. */
  readings: AsyncIterableIterator<Reading, undefined>
}

type Waiting = (result: IteratorResult<Reading, undefined>) => void

const done = { done: true, value: undefined } as const

/** `limit`: snapshots that wait for the reader at most. `onLeft`: the reader wants no more. */
export function createSnapshotQueue({ limit, onLeft }: { limit: number; onLeft: () => void }): SnapshotQueue {
  let waiting: Snapshot[] = []
  let readers: Waiting[] = []
  let missed = 0
  let isEnded = false
  const take = (snapshot: Snapshot): IteratorResult<Reading, undefined> => {
    const value = { snapshot, missed }
    missed = 0
    return { done: false, value }
  }
  const end = () => {
    isEnded = true
    for (const answer of readers) answer(done)
    readers = []
  }
  return {
    push: (snapshot) => {
      if (isEnded) return
      const reader = readers.shift()
      if (reader) return reader(take(snapshot))
      waiting.push(snapshot)
      if (waiting.length <= limit) return
      waiting.shift()
      missed += 1
    },
    end,
    readings: {
      next: () => {
        const oldest = waiting.shift()
        if (oldest) return Promise.resolve(take(oldest))
        return isEnded ? Promise.resolve(done) : new Promise((resolve) => readers.push(resolve))
      },
      return: async () => {
        waiting = []
        end()
        onLeft()
        return done
      },
      [Symbol.asyncIterator]() {
        return this
      },
    },
  }
}
