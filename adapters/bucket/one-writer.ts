/**
 * Conditions for a store that keeps none: looked up before each put, in which one call at a time has its turn at a key. They hold
 * for as long as nobody else puts these keys: two processes that look at the same moment both find that it holds.
 */
import type { Bucket, PutCondition, PutResult, StoredObject } from './port.ts'

/** The store is never told of a condition: some refuse what they do not know. */
export function withOneWriter(bucket: Bucket): Bucket {
  const turns = new Map<string, Promise<unknown>>()

  const inTurn = <T>(key: string, act: () => Promise<T>): Promise<T> => {
    const turn = (turns.get(key) ?? Promise.resolve()).then(act, act)
    turns.set(key, turn)
    const leave = () => {
      if (turns.get(key) === turn) turns.delete(key)
    }
    turn.then(leave, leave)
    return turn
  }

  const put = (key: string, given: Uint8Array, condition?: PutCondition): Promise<PutResult> => {
    // The caller may change it while this waits.
    const body = Uint8Array.from(given)
    return inTurn(key, async () => {
      if (condition && !holds(condition, await bucket.get(key))) return { outcome: 'lost' }
      return bucket.put(key, body)
    })
  }
  return { ...bucket, put }
}

function holds(condition: PutCondition, held: StoredObject | undefined): boolean {
  return 'ifAbsent' in condition ? held === undefined : held?.etag === condition.ifMatches
}
