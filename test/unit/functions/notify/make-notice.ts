/** Notices for tests: complete, valid, and dull but for what a test says. */
import type { Bucket } from '../../../../adapters/bucket/port.ts'
import { pack } from '../../../../core/codec.ts'
import { noticeKey, openNoticesPrefix, stateKey } from '../../../../core/keys.ts'
import {
  type Notice,
  type NoticeKind,
  type NoticeObject,
  type NoticeStatus,
  noticeId,
} from '../../../../core/notice.ts'
import { emptyState, type ShardState } from '../../../../core/shard/state.ts'
import { startMs } from '../../../make.ts'

export const pending: NoticeStatus = { state: 'pending', attempts: 0, notBeforeMs: 0 }

export function makeNotice({
  incident = 'a'.repeat(12),
  receiver = 'default',
  kind = 'firing',
  ...rest
}: Partial<Notice> & { kind?: NoticeKind } = {}): Notice {
  return {
    id: noticeId(incident, receiver, kind, rest.repeat ?? rest.round),
    kind,
    shard: 'all',
    receiver,
    incident,
    host: 'web-1',
    rule: 'cpu',
    entity: '',
    severity: 'warning',
    startedAtMs: startMs,
    atMs: startMs + (kind === 'resolved' ? 20 : 10) * 60_000,
    reason: 'CPU 91.3 % > 80 %, mean of 10 min',
    value: 91.3,
    threshold: 80,
    about: { kind: 'threshold', metric: 'cpu.percent', agg: 'avg', op: '>' },
    group: 'cpu',
    groupIntervalMs: 0,
    ...rest,
  }
}

/** As evaluate makes it; `status` for what notify made of it since. */
export async function putNotice(bucket: Bucket, notice: Notice, status: NoticeStatus = pending): Promise<void> {
  const object: NoticeObject = { v: 1, notice, status }
  await bucket.put(noticeKey(notice.id), Buffer.from(JSON.stringify(object)))
}

export async function putState(bucket: Bucket, state: Partial<ShardState> = {}): Promise<void> {
  await bucket.put(stateKey('all'), pack(JSON.stringify({ ...emptyState('all'), ...state })))
}

/** id -> status of all that is still open. */
export async function openStatuses(bucket: Bucket): Promise<Record<string, NoticeStatus>> {
  return Object.fromEntries(await readStatuses(bucket, openNoticesPrefix))
}

/** The same with those that were archived. */
export async function allStatuses(bucket: Bucket): Promise<Map<string, NoticeStatus>> {
  return new Map(await readStatuses(bucket, 'notices/'))
}

async function readStatuses(bucket: Bucket, prefix: string): Promise<[string, NoticeStatus][]> {
  const { objects } = await bucket.list(prefix)
  return await Promise.all(
    objects.map(async ({ key }): Promise<[string, NoticeStatus]> => {
      const stored = await bucket.get(key)
      const { notice, status } = JSON.parse(Buffer.from(stored?.body ?? []).toString('utf8')) as NoticeObject
      return [notice.id, status]
    }),
  )
}
