/**
 * Moves settled notices out of `open`, a day later: not before, since an evaluate that still knows one as unmade would
 * make it again, and it would be sent twice.
 */
import type { Bucket } from '../../adapters/bucket/port.ts'
import { readShardState } from '../../adapters/bucket/shard-state.ts'
import type { Clock } from '../../adapters/clock/port.ts'
import type { Log } from '../../adapters/log/port.ts'
import { incidentOf } from '../../core/alerts/alert.ts'
import { sentNoticeKey } from '../../core/keys.ts'
import { type NoticeStatus, noticeId } from '../../core/notice.ts'
import type { ShardState } from '../../core/shard/state.ts'
import { encodeNotice } from './notice-object.ts'
import type { KnownNotice } from './notice-store.ts'
import type { NotifyPolicy } from './policy.ts'
import { threadPrefix } from './thread.ts'

interface ArchiveDeps {
  bucket: Bucket
  clock: Clock
  log: Log
  policy: NotifyPolicy
}

/**
 * `open`: all that is open, as this run read it; `unread`: keys of what it could not read. Gives the ids that it moved. An
 * incident leaves as a whole: what is not settled yet would take a firing that is gone for one that was sent.
 */
export async function archiveNotices(
  deps: ArchiveDeps,
  open: readonly KnownNotice[],
  unread: readonly string[],
): Promise<string[]> {
  const nowMs = deps.clock.now()
  const statuses = new Map(open.map(({ object }) => [object.notice.id, object.status]))
  const unsettled = [...unread, ...open.filter(({ object }) => ageMs(object.status, nowMs) < 0).map(({ key }) => key)]
  const old = open
    .filter((known) => isOld(known, { statuses, nowMs, policy: deps.policy }))
    .filter(({ object }) => !unsettled.some((key) => key.startsWith(threadPrefix(object.notice))))
  const archived: string[] = []
  for (const [shard, theirs] of Map.groupBy(old, ({ object }) => object.notice.shard)) {
    try {
      const state = (await readShardState(deps.bucket, shard))?.state
      for (const known of theirs.toSorted(firingFirst)) {
        if (!state || isNeeded(known, state)) continue
        await move(deps.bucket, known)
        archived.push(known.object.notice.id)
      }
    } catch (error) {
      deps.log.warn('notices not archived now', { shard, reason: (error as Error).message })
    }
  }
  return archived
}

/** All stay until their resolved is settled too: it hangs under them in mail readers, and comes only where one was sent. */
function isOld(
  { object: { notice, status } }: KnownNotice,
  { statuses, nowMs, policy }: { statuses: ReadonlyMap<string, NoticeStatus>; nowMs: number; policy: NotifyPolicy },
): boolean {
  const age = ageMs(status, nowMs)
  if (notice.kind === 'resolved' || notice.kind === 'amended' || notice.kind === 'test')
    return age > policy.archiveAfterMs
  const resolved = statuses.get(noticeId(notice.incident, notice.receiver, 'resolved', notice.round))
  return resolved ? Math.min(age, ageMs(resolved, nowMs)) > policy.archiveAfterMs : age > policy.archiveOrphanAfterMs
}

/** Below any age while it isn't settled. */
function ageMs(status: NoticeStatus, nowMs: number): number {
  return status.state === 'pending' || status.state === 'claimed' ? -1 : nowMs - status.atMs
}

/** A run that stops between the two leaves the resolved, which the next one moves, and no orphan. */
function firingFirst(a: KnownNotice, b: KnownNotice): number {
  return Number(a.object.notice.kind === 'resolved') - Number(b.object.notice.kind === 'resolved')
}

function isNeeded({ object: { notice } }: KnownNotice, state: ShardState): boolean {
  if (state.notices.some(({ incident }) => incident === notice.incident)) return true
  const alerts = [...Object.values(state.hosts[notice.host]?.alerts ?? {}), state.allSilent]
  return notice.kind !== 'resolved' && alerts.some((alert) => incidentOf(alert)?.id === notice.incident)
}

async function move(bucket: Bucket, { key, object }: KnownNotice): Promise<void> {
  const { notice, status } = object
  if (status.state === 'pending' || status.state === 'claimed') return
  await bucket.put(sentNoticeKey(notice.id, status.atMs), encodeNotice(object), { ifAbsent: true })
  await bucket.delete([key])
}
