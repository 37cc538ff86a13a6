/** What follows a firing, its end above all: after it, or neither. */
import type { Bucket } from '../../adapters/bucket/port.ts'
import { readShardState } from '../../adapters/bucket/shard-state.ts'
import type { Clock } from '../../adapters/clock/port.ts'
import { noticeKey } from '../../core/keys.ts'
import { noticeId } from '../../core/notice.ts'
import { decideFollowing, type FollowingDecision, type FollowingKind } from './decide.ts'
import { changeNotice, type KnownNotice, readNotice } from './notice-store.ts'

export type FiringDecision = Exclude<FollowingDecision, { do: 'cancel' }> | Cancellation

export interface Cancellation {
  do: 'cancel'
  reason: string
  /** To be cancelled too. */
  firing?: KnownNotice
}

/** Reads the firing now: what the run's listing said of it may be old. */
export async function decideByFiring(
  bucket: Bucket,
  kind: FollowingKind,
  { object }: KnownNotice,
): Promise<FiringDecision> {
  const { incident, receiver, shard, round } = object.notice
  const id = noticeId(incident, receiver, 'firing', round)
  let firing = await readNotice(bucket, noticeKey(id))
  if (!firing) {
    // Archived, or not made yet? State lists what isn't made; what it lists no more was made before.
    const state = (await readShardState(bucket, shard))?.state
    if (state?.notices.some((unmade) => unmade.id === id)) return { do: 'wait', reason: 'its firing is not made yet' }
    firing = await readNotice(bucket, noticeKey(id))
  }
  // A damaged firing may have been sent while it was whole.
  const known = firing && 'object' in firing ? firing : undefined
  const decision = decideFollowing(kind, known ? known.object.status : 'missing')
  if (decision.do !== 'cancel') return decision
  return { do: 'cancel', reason: decision.reason, ...(decision.alsoFiring && known ? { firing: known } : {}) }
}

/**
 * The firing first: whoever stops in between leaves a cancelled firing, and that cancels its resolved. Gives what was
 * cancelled; nothing if somebody claimed the firing meanwhile.
 */
export async function cancelBoth(
  deps: { bucket: Bucket; clock: Clock },
  resolved: KnownNotice,
  { firing, reason }: Cancellation,
): Promise<KnownNotice[]> {
  const cancelled: KnownNotice[] = []
  for (const known of firing ? [firing, resolved] : [resolved]) {
    const changed = await changeNotice(deps, known, { state: 'cancelled', atMs: deps.clock.now(), reason })
    if (!changed) break
    cancelled.push(changed)
  }
  return cancelled
}
