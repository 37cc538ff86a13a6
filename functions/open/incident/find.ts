/** An incident as the bucket knows it: its notices, how it stands now, and what operators said of it. */
import type { Bucket } from '../../../adapters/bucket/port.ts'
import { readControl } from '../../../adapters/control/control.ts'
import { noticeKey, nowKey, sentNoticeKey } from '../../../core/keys.ts'
import type { Notice, NoticeObject } from '../../../core/notice.ts'
import type { AlertNow, ShardNow } from '../../../core/now.ts'
import { noControl } from '../../../core/telling/control.ts'
import { orProblem, readAll } from '../read-status.ts'
import { type Said, saidOf } from '../said.ts'

export interface FoundIncident {
  /** Newest first; never empty. */
  notices: NoticeObject[]
  /** Of its last notice: who, what, how bad. */
  about: Notice
  /** Absent: it is over. */
  alert?: AlertNow
  endedAtMs?: number
  said: Said
  problems: string[]
}

const dayMs = 86_400_000
/** What ended longer ago is looked up by `vitals alerts`. */
const daysSearched = 8
const noticesMost = 60
const noticeMaxBytes = 1024 * 1024
const nowMaxBytes = 64 * 1024 * 1024

/** Ten listings at most, and what they found. `undefined`: nobody was told of such an incident in the last days. */
export async function findIncident(
  bucket: Bucket,
  incident: string,
  nowMs: number,
): Promise<FoundIncident | undefined> {
  const problems: string[] = []
  const prefixes = [
    prefixOf(noticeKey(`${incident}-`)),
    ...Array.from({ length: daysSearched }, (_, day) => prefixOf(sentNoticeKey(`${incident}-`, nowMs - day * dayMs))),
  ]
  const pages = await Promise.all(prefixes.map((prefix) => bucket.list(prefix, { limit: noticesMost })))
  const keys = pages.flatMap(({ objects }) => objects.map(({ key }) => key))
  const found = await readAll<NoticeObject>(bucket, keys, noticeMaxBytes, problems)
  const notices = found
    .filter(({ notice }) => notice.incident === incident)
    .sort((a, b) => b.notice.atMs - a.notice.atMs)
  const [last] = notices
  if (!last) return undefined
  const about = last.notice
  const [[now], control] = await Promise.all([
    readAll<ShardNow>(bucket, [nowKey(about.shard)], nowMaxBytes, problems),
    orProblem(() => readControl(bucket), undefined, problems),
  ])
  const host = now?.hosts.find((one) => one.host === about.host)
  const alert = host?.alerts.find(({ alert: state }) => 'incident' in state && state.incident?.id === incident)
  const ended = notices.find(({ notice }) => notice.kind === 'resolved')
  const subject = { ...about, tags: host?.facts.tags ?? about.tags ?? {} }
  return {
    notices,
    about,
    ...(alert ? { alert } : {}),
    // What late data opened again has been told as over, too.
    ...(ended && !alert ? { endedAtMs: ended.notice.atMs } : {}),
    said: saidOf(control?.control ?? noControl, subject, nowMs),
    problems,
  }
}

function prefixOf(key: string): string {
  return key.slice(0, -'.json'.length)
}
