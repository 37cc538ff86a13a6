/**
 * An incident's notices to one receiver: firing, escalated, repeats, resolved, in this order, or none of them. What has
 * become idle before it was told is cancelled.
 */
import type { Bucket } from '../../adapters/bucket/port.ts'
import { readShardState } from '../../adapters/bucket/shard-state.ts'
import type { Clock } from '../../adapters/clock/port.ts'
import { noticeKey } from '../../core/keys.ts'
import { type Notice, type NoticeKind, noticeId } from '../../core/notice.ts'
import { decideFollowing, type FollowDecision, isPerhapsSent } from './decide.ts'
import { changeNotice, type KnownNotice, readNotice } from './notice-store.ts'

export interface ThreadDeps {
  bucket: Bucket
  clock: Clock
  /** Of this receiver all that is open, by key, as this run knows it last. */
  known: Map<string, KnownNotice>
  /** Keys of what the store did not give now. */
  unread: readonly string[]
}

export type ThreadDecision = Exclude<FollowDecision, { do: 'cancel' }> | Cancellation

export interface Cancellation {
  do: 'cancel'
  reason: string
  /** To be cancelled too. */
  firing?: KnownNotice
}

const order: Readonly<Record<NoticeKind, number>> = {
  firing: 0,
  escalated: 1,
  repeat: 2,
  amended: 3,
  resolved: 4,
  test: 5,
}

/** A firing before what hangs under it; then the oldest. */
export function inTellingOrder({ object: { notice: a } }: KnownNotice, { object: { notice: b } }: KnownNotice): number {
  return order[a.kind] - order[b.kind] || a.atMs - b.atMs || (a.id < b.id ? -1 : 1)
}

export function firingIdOf({ incident, receiver, round }: Notice): string {
  return noticeId(incident, receiver, 'firing', round)
}

/** What the keys begin with of an incident's notices to one receiver. */
export function threadPrefix({ incident, receiver }: Pick<Notice, 'incident' | 'receiver'>): string {
  return noticeKey(noticeId(incident, receiver, 'test')).slice(0, -'test.json'.length)
}

/** Reads the firing now: what the run's listing said of it may be old. */
export async function decideByThread(deps: ThreadDeps, one: KnownNotice): Promise<ThreadDecision> {
  const { notice, status } = one.object
  const { kind } = notice
  if (kind === 'firing' || kind === 'test') return { do: 'send' }
  if (kind === 'repeat' && isPerhapsSent(status)) {
    return { do: 'cancel', reason: 'it may have been sent, and a repeat comes at most once' }
  }
  const missing = deps.unread.find((key) => key.startsWith(threadPrefix(notice)))
  if (missing !== undefined) return { do: 'wait', reason: `${missing} of its incident can't be read now` }
  const others = othersOf(deps, notice)
  const firing = await readFiring(deps, notice)
  if (firing === 'unmade') return { do: 'wait', reason: 'its firing is not made yet' }
  const told = others.find(({ object }) => object.status.state === 'sent')?.object.status
  const toldBy = told?.state === 'sent' ? told.messageId : undefined
  const decision = decideFollowing(kind, firing ? firing.object.status : 'missing', toldBy)
  if (decision.do === 'cancel') {
    return { do: 'cancel', reason: decision.reason, ...(decision.alsoFiring && firing ? { firing } : {}) }
  }
  const idle = isPerhapsSent(status) ? undefined : whyIdle(notice, others)
  return idle === undefined ? decision : { do: 'cancel', reason: idle }
}

/** Undefined: it is in no place any more, or damaged, and may have been sent while it was whole. */
async function readFiring({ bucket }: ThreadDeps, notice: Notice): Promise<KnownNotice | 'unmade' | undefined> {
  const id = firingIdOf(notice)
  let firing = await readNotice(bucket, noticeKey(id))
  if (!firing) {
    // Archived, or not made yet? State lists what isn't made; what it lists no more was made before.
    const state = (await readShardState(bucket, notice.shard))?.state
    if (state?.notices.some((unmade) => unmade.id === id)) return 'unmade'
    firing = await readNotice(bucket, noticeKey(id))
  }
  return firing && 'object' in firing ? firing : undefined
}

/** Of the same incident and round, but for the firing. */
function othersOf({ known }: ThreadDeps, { id, incident, round }: Notice): KnownNotice[] {
  return [...known.values()].filter(({ object: { notice } }) => {
    return notice.incident === incident && notice.round === round && notice.id !== id && notice.kind !== 'firing'
  })
}

/** What says that it fires tells nothing once it is over; of several repeats the last one tells all. */
function whyIdle({ kind, repeat = 0 }: Notice, others: readonly KnownNotice[]): string | undefined {
  if (kind !== 'escalated' && kind !== 'repeat') return undefined
  const isOver = others.some(({ object }) => object.notice.kind === 'resolved' && object.status.state !== 'cancelled')
  if (isOver) return 'over before it was sent'
  const hasLater = others.some(({ object: { notice } }) => notice.kind === 'repeat' && (notice.repeat ?? 0) > repeat)
  return kind === 'repeat' && hasLater ? 'a later repeat tells the same' : undefined
}

/** What must be told before this; undefined: nothing, or it goes in the same message. */
export function blockedBy(deps: ThreadDeps, { notice }: KnownNotice['object'], together: ReadonlySet<string>) {
  if (notice.kind === 'firing' || notice.kind === 'amended' || notice.kind === 'test') return undefined
  return othersOf(deps, notice).find(({ object: { notice: other, status }, key }) => {
    const isBefore = other.kind !== 'amended' && order[other.kind] < order[notice.kind]
    return isBefore && !together.has(key) && (status.state === 'pending' || status.state === 'claimed')
  })
}

/**
 * The firing first: whoever stops in between leaves a cancelled firing, and that cancels the rest. Gives what was
 * cancelled; nothing if somebody claimed the firing meanwhile.
 */
export async function cancelWithFiring(
  deps: ThreadDeps,
  one: KnownNotice,
  { firing, reason }: Cancellation,
): Promise<KnownNotice[]> {
  const cancelled: KnownNotice[] = []
  for (const known of firing ? [firing, one] : [one]) {
    const changed = await changeNotice(deps, known, { state: 'cancelled', atMs: deps.clock.now(), reason })
    if (!changed) break
    deps.known.set(changed.key, changed)
    cancelled.push(changed)
  }
  return cancelled
}
