/** The open notices: listed, read, and changed only by whoever saw the last change. */
import { type Bucket, BucketError } from '../../adapters/bucket/port.ts'
import type { Clock } from '../../adapters/clock/port.ts'
import { openNoticesPrefix } from '../../core/keys.ts'
import type { NoticeObject, NoticeStatus } from '../../core/notice.ts'
import { encodeNotice, noticeMaxBytes, parseNotice } from './notice-object.ts'

export interface KnownNotice {
  key: string
  object: NoticeObject
  etag: string
}

export interface OpenNotices {
  notices: KnownNotice[]
  /** Damaged, or not to be had from the store now. */
  unread: UnreadNotice[]
}

export interface UnreadNotice {
  key: string
  reason: string
  /** The store did not give it now: what depends on it waits. */
  perhapsLater?: true
}

const readsAtOnce = 16

/** All of them, oldest first. One that can't be read or understood is named, and holds up no other. */
export async function listOpenNotices(bucket: Bucket): Promise<OpenNotices> {
  const notices: KnownNotice[] = []
  const unread: UnreadNotice[] = []
  let startAfter: string | undefined
  for (;;) {
    const page = await bucket.list(openNoticesPrefix, startAfter === undefined ? {} : { startAfter })
    for (let start = 0; start < page.objects.length; start += readsAtOnce) {
      const slice = page.objects.slice(start, start + readsAtOnce)
      const read = await Promise.all(slice.map(({ key, sizeBytes }) => readListed(bucket, key, sizeBytes)))
      for (const one of read) {
        if (one === undefined) continue
        if ('reason' in one) unread.push(one)
        else notices.push(one)
      }
    }
    startAfter = page.objects.at(-1)?.key
    if (!page.more || startAfter === undefined) break
  }
  return { notices: notices.sort((a, b) => a.object.notice.atMs - b.object.notice.atMs), unread }
}

async function readListed(
  bucket: Bucket,
  key: string,
  sizeBytes: number,
): Promise<KnownNotice | UnreadNotice | undefined> {
  if (sizeBytes > noticeMaxBytes) return { key, reason: `${sizeBytes} bytes, at most ${noticeMaxBytes} are read` }
  try {
    return await readNotice(bucket, key)
  } catch (error) {
    if (!(error instanceof BucketError)) throw error
    return { key, reason: `not readable now: ${error.message}`, perhapsLater: true }
  }
}

export async function readNotice(bucket: Bucket, key: string): Promise<KnownNotice | UnreadNotice | undefined> {
  const stored = await bucket.get(key, { maxBytes: noticeMaxBytes })
  if (!stored) return undefined
  const object = parseNotice(key, stored.body)
  return 'unreadable' in object ? { key, reason: object.unreadable } : { key, object, etag: stored.etag }
}

const tries = 3
const betweenTriesMs = 200

/**
 * Puts the new status, if nobody changed the notice since it was read; `undefined`: somebody did. A lost answer is settled
 * by trying again: our own write then makes the condition fail, and is known by its bytes. Throws the `BucketError` of
 * the last try: whether it was written is then unknown.
 */
export async function changeNotice(
  { bucket, clock }: { bucket: Bucket; clock: Clock },
  { key, object, etag }: KnownNotice,
  status: NoticeStatus,
): Promise<KnownNotice | undefined> {
  const changed: NoticeObject = { ...object, status }
  const body = encodeNotice(changed)
  for (let attempt = 1; ; attempt++) {
    try {
      const put = await bucket.put(key, body, { ifMatches: etag })
      if (put.outcome === 'written') return { key, object: changed, etag: put.etag }
      const found = await bucket.get(key, { maxBytes: noticeMaxBytes })
      const isOurs = found !== undefined && Buffer.from(body).equals(found.body)
      return isOurs ? { key, object: changed, etag: found.etag } : undefined
    } catch (error) {
      if (!(error instanceof BucketError) || attempt === tries) throw error
      await clock.sleep(attempt * betweenTriesMs)
    }
  }
}
