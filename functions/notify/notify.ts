/**
 * notify, one run: every open notice that is due goes to its receiver, alone or with others of its group. Run twice, late, at
 * the same time or only half: each firing, escalated and resolved is sent at least once, and once unless a run dies between
 * sending it and writing that down; a repeat at most once. A resolved comes after its firing, or neither comes. Receivers know
 * nothing of each other: one that hangs delays only its own.
 */
import type { Bucket } from '../../adapters/bucket/port.ts'
import type { ChartRenderer } from '../../adapters/charts/port.ts'
import type { Clock, Random } from '../../adapters/clock/port.ts'
import type { Log } from '../../adapters/log/port.ts'
import type { Receiver } from '../../adapters/receivers/port.ts'
import type { LinkTo } from '../../core/link.ts'
import { archiveNotices } from './archive.ts'
import { deliverToReceiver } from './deliver.ts'
import { createEvidence } from './evidence/gather.ts'
import { listOpenNotices } from './notice-store.ts'
import { defaultNotifyPolicy, type NotifyPolicy } from './policy.ts'
import type { DeliverySummary } from './summary.ts'

export interface NotifyDeps {
  bucket: Bucket
  /** By the name that notices carry; `default` is what evaluate writes to. */
  receivers: Readonly<Record<string, Receiver>>
  clock: Clock
  random: Random
  log: Log
  /** IANA name: the reader's. */
  timeZone: string
  /** Absent: mails have no links. */
  linkTo?: LinkTo
  /** Absent: mails have no charts, and do not say what changed. */
  charts?: ChartRenderer
  policy?: Partial<NotifyPolicy>
  /** Ends the run: what is being sent goes back to pending. */
  signal?: AbortSignal
}

export async function deliverNotices({
  policy: given,
  signal = new AbortController().signal,
  charts,
  ...deps
}: NotifyDeps): Promise<DeliverySummary> {
  const { bucket, receivers, clock, log } = deps
  const policy = { ...defaultNotifyPolicy, ...given }
  const endMs = clock.monotonicMs() + policy.runForMs
  const { notices, unread } = await listOpenNotices(bucket)
  for (const { key, reason } of unread) log.error('notice not read, left where it is', { key, reason })
  const summary: DeliverySummary = {
    sent: [],
    cancelled: [],
    failed: [],
    dead: [],
    digests: [],
    waiting: [],
    unread,
    archived: [],
  }
  const evidence = charts ? { gather: createEvidence({ ...deps, charts }) } : {}
  const unreadKeys = unread.filter(({ perhapsLater }) => perhapsLater).map(({ key }) => key)
  const byReceiver = Map.groupBy(notices, ({ object }) => object.notice.receiver)
  await Promise.all(
    [...byReceiver].map(([name, theirs]) =>
      deliverToReceiver(
        {
          ...deps,
          ...evidence,
          policy,
          signal,
          endMs,
          summary,
          unread: unreadKeys,
          receiver: ownEntry(receivers, name),
        },
        theirs,
      ),
    ),
  )
  if (!signal.aborted) summary.archived = await archiveNotices({ bucket, clock, log, policy }, notices, unreadKeys)
  return summary
}

/** A notice for a receiver called `constructor` is for nobody. */
function ownEntry(receivers: NotifyDeps['receivers'], name: string): Receiver | undefined {
  return Object.hasOwn(receivers, name) ? receivers[name] : undefined
}
