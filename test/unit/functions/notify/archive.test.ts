import { describe, expect, it } from 'vitest'
import { silentLog } from '../../../../adapters/log/port.ts'
import { sentNoticeKey } from '../../../../core/keys.ts'
import type { Notice, NoticeStatus } from '../../../../core/notice.ts'
import type { HostState, ShardState } from '../../../../core/shard/state.ts'
import { deliverNotices } from '../../../../functions/notify/notify.ts'
import { createMemoryBucket } from '../../../simulation/memory-bucket.ts'
import { makeNotice, openStatuses, putNotice, putState } from './make-notice.ts'
import { createManualClock, createPlainRandom } from './manual-clock.ts'

const dayMs = 86_400_000
const firing = makeNotice()
const resolved = makeNotice({ kind: 'resolved' })
const repeat = makeNotice({ kind: 'repeat', repeat: 1 })

/** Ids that stay open: `firing`'s and `resolved`'s ages in days, or what else they are. */
async function leftOpen(statuses: [Notice, number | NoticeStatus][], state: Partial<ShardState> | 'damaged' = {}) {
  const clock = createManualClock()
  const bucket = createMemoryBucket({ now: clock.now })
  if (state === 'damaged') await bucket.put('state/v1/all.json.zst', Buffer.from('no zstd'))
  else await putState(bucket, state)
  for (const [notice, status] of statuses) {
    await putNotice(bucket, notice, typeof status === 'number' ? sentDaysAgo(clock.now(), status) : status)
  }
  const deps = { bucket, clock, random: createPlainRandom(), log: silentLog, timeZone: 'UTC', receivers: {} }
  const { archived } = await deliverNotices(deps)
  return { open: Object.keys(await openStatuses(bucket)), archived, bucket, clock }
}

function sentDaysAgo(nowMs: number, days: number): NoticeStatus {
  return { state: 'sent', atMs: nowMs - days * dayMs, messageId: '<x>', where: 'x' }
}

const hostWithIncident = {
  alerts: { cpu: { state: 'firing', sinceMs: 0, incident: { id: firing.incident, startedAtMs: 0 } } },
} as unknown as HostState
const cancelled: NoticeStatus = { state: 'cancelled', atMs: 0, reason: 'over' }
const waiting: NoticeStatus = { state: 'pending', attempts: 1, notBeforeMs: 0 }

describe('archiving', () => {
  it('moves a pair that was settled more than a day ago, under the day it was settled', async () => {
    const { open, archived, bucket, clock } = await leftOpen([
      [firing, 3],
      [resolved, 2],
    ])
    expect(open).toEqual([])
    expect(archived).toEqual([firing.id, resolved.id])
    expect(await bucket.get(sentNoticeKey(firing.id, clock.now() - 3 * dayMs))).toBeDefined()
    expect(await bucket.get(sentNoticeKey(resolved.id, clock.now() - 2 * dayMs))).toBeDefined()
  })

  it.each<[string, [Notice, number | NoticeStatus][], Partial<ShardState> | 'damaged', Notice[]]>([
    [
      'an incident of which something is still to be told or taken back',
      [
        [firing, cancelled],
        [resolved, cancelled],
        [repeat, waiting],
      ],
      {},
      [firing, repeat, resolved],
    ],
    [
      'what is younger',
      [
        [firing, 2],
        [resolved, 0.5],
      ],
      {},
      [firing, resolved],
    ],
    [
      'a firing whose resolved is still to be sent',
      [
        [firing, 9],
        [resolved, waiting],
      ],
      {},
      [firing, resolved],
    ],
    ['a firing whose incident may go on', [[firing, 9]], {}, [firing]],
    [
      'a firing whose incident goes on, however old',
      [[firing, 99]],
      { hosts: { 'web-1': hostWithIncident } },
      [firing],
    ],
    [
      'what state lists: evaluate would make it again',
      [
        [firing, 9],
        [resolved, 9],
      ],
      { notices: [resolved] },
      [firing, resolved],
    ],
    [
      'everything, when state is damaged',
      [
        [firing, 9],
        [resolved, 9],
      ],
      'damaged',
      [firing, resolved],
    ],
    [
      'no cancelled pair',
      [
        [firing, cancelled],
        [resolved, cancelled],
      ],
      {},
      [],
    ],
    ['no firing of 31 days that nothing ended', [[firing, 31]], {}, []],
  ])('leaves %s', async (_, statuses, state, left) => {
    const { open } = await leftOpen(statuses, state)
    expect(open).toEqual(left.map(({ id }) => id))
  })
})
