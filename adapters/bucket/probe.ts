/**
 * Does a store honour conditional writes? Some take the condition and ignore it, without a word: two evaluators would
 * both believe that they committed. So it is tried, on a key of its own.
 */
import { probePrefix } from '../../core/keys.ts'
import type { Random } from '../clock/port.ts'
import { type Bucket, BucketError, type PutCondition } from './port.ts'

export type ProbeResult =
  | { honours: true }
  /** What was expected and what the store did, for the operator. */
  | { honours: false; observed: string[] }

/** Throws a `BucketError` when the store can't be asked. */
export async function probeConditionalWrites({
  bucket,
  random,
}: {
  bucket: Bucket
  random: Random
}): Promise<ProbeResult> {
  const key = `${probePrefix}${random.hex(8)}`
  const observed: string[] = []
  const expectOutcome = async (what: string, expected: 'written' | 'lost', condition: PutCondition) => {
    // Each body is another: the ETag of an earlier one is stale.
    const result = await bucket.put(key, Buffer.from(random.hex(8)), condition)
    if (result.outcome !== expected) observed.push(`${what}: expected ${expected}, it was ${result.outcome}`)
    return result.outcome === 'written' ? result.etag : ''
  }
  try {
    const first = await expectOutcome('if-absent on a missing key', 'written', { ifAbsent: true })
    await expectOutcome('if-absent on a key that is there', 'lost', { ifAbsent: true })
    await expectOutcome('if-matches with the current ETag', 'written', { ifMatches: first })
    await expectOutcome('if-matches with a stale ETag', 'lost', { ifMatches: first })
    await bucket.delete([key])
    await expectOutcome('if-matches on a missing key', 'lost', { ifMatches: first })
  } catch (error) {
    if (!(error instanceof BucketError) || !error.isUnknownRequest) throw error
    observed.push(error.message)
  } finally {
    await bucket.delete([key]).catch((error: unknown) => {
      if (!(error instanceof BucketError)) throw error
    })
  }
  return observed.length === 0 ? { honours: true } : { honours: false, observed }
}
