/** The notices of an incident, open or settled, with what became of them. */
import { pagesOf } from '../../adapters/bucket/pages.ts'
import type { Bucket } from '../../adapters/bucket/port.ts'
import { noticeKey, sentNoticeKey } from '../../core/keys.ts'
import type { NoticeObject } from '../../core/notice.ts'
import { noticeMaxBytes, parseNotice } from '../../functions/notify/notice-object.ts'

export type NoticeFound =
  | { id: string; key: string; etag: string; object: NoticeObject }
  /** The log says that it was told, and there is no such object: swept, or not made yet; or it can't be read. */
  | { id: string; unread: string }

const dayMs = 86_400_000
const extension = '.json'

export async function readNotices(
  bucket: Bucket,
  { incident, ids, fromMs, nowMs }: { incident: string; ids: ReadonlySet<string>; fromMs: number; nowMs: number },
): Promise<NoticeFound[]> {
  const keys = new Map<string, string>()
  for (const prefix of prefixesOf(incident, fromMs, nowMs)) {
    for await (const page of pagesOf(bucket, prefix)) {
      for (const { key } of page) keys.set(key.slice(key.lastIndexOf('/') + 1, -extension.length), key)
    }
  }
  const found: NoticeFound[] = []
  for (const id of new Set([...ids, ...keys.keys()])) {
    const key = keys.get(id)
    const object = key === undefined ? undefined : await bucket.get(key, { maxBytes: noticeMaxBytes })
    if (key === undefined || !object) {
      found.push({ id, unread: 'there is no such object: it was swept, or is not made yet' })
      continue
    }
    const notice = parseNotice(noticeKey(id), object.body)
    if ('unreadable' in notice) found.push({ id, unread: `${key}: ${notice.unreadable}` })
    else found.push({ id, key, etag: object.etag, object: notice })
  }
  return found
}

/** Those that are not settled, and each day, UTC, on which one may have been put away. */
function prefixesOf(incident: string, fromMs: number, nowMs: number): string[] {
  const days = Array.from({ length: Math.max(0, Math.ceil((nowMs - fromMs) / dayMs)) + 1 }, (_, day) =>
    sentNoticeKey(`${incident}-`, fromMs + day * dayMs),
  )
  return [noticeKey(`${incident}-`), ...days].map((key) => key.slice(0, -extension.length))
}
