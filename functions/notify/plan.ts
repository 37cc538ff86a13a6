/**
 * Which notices of a receiver go as which messages, and when: pure.
 *
 *     a group gathers until the first of its notices has waited, and until its interval since its last message is over;
 *     no interval holds back what is critical, has become worse, or is over
 *     what was in one message that may have arrived goes as that message again
 *     what exceeds the hourly cap goes together, as a digest
 */
import type { NoticeStatus } from '../../core/notice.ts'
import { doubtfulAttempt, isAhead } from './decide.ts'
import type { KnownNotice } from './notice-store.ts'
import type { NotifyPolicy } from './policy.ts'
import { inTellingOrder } from './thread.ts'

export interface Planned {
  kind: 'message' | 'digest'
  /** In the order in which they are told. */
  notices: KnownNotice[]
}

export interface Plan {
  messages: Planned[]
  waiting: { known: KnownNotice; reason: string }[]
}

export interface PlanOptions {
  due: readonly KnownNotice[]
  /** Of the receiver all that is open, settled ones included. */
  open: Iterable<KnownNotice>
  nowMs: number
  capPerHour: number
  policy: Pick<NotifyPolicy, 'mostInMessage' | 'mostInDigest' | 'digestEveryMs'>
}

type Sent = Extract<NoticeStatus, { state: 'sent' }>

const hourMs = 3_600_000

export function planMessages({ due, open, nowMs, capPerHour, policy }: PlanOptions): Plan {
  const sent = sentOf(open)
  const groups = Map.groupBy(due, ({ object: { notice, status } }) => {
    const attempt = doubtfulAttempt(status)
    return attempt === undefined ? `group ${notice.group}` : `attempt ${attempt}`
  })
  const plan: Plan = { messages: [], waiting: [] }
  for (const notices of groups.values()) {
    const reason = whyHeld(notices, sent, nowMs)
    if (reason !== undefined) plan.waiting.push(...notices.map((known) => ({ known, reason })))
    else plan.messages.push(...inPieces(notices, policy.mostInMessage, 'message'))
  }
  plan.messages.sort(urgentFirst)
  return withinCap(plan, { sent: sent.map(({ status }) => status), nowMs, capPerHour, policy })
}

function sentOf(open: Iterable<KnownNotice>): { group: string; status: Sent }[] {
  return [...open].flatMap(({ object: { notice, status } }) =>
    status.state === 'sent' && notice.kind !== 'test' ? [{ group: notice.group, status }] : [],
  )
}

/** Undefined: the group may go. */
function whyHeld(
  notices: readonly KnownNotice[],
  sent: readonly { group: string; status: Sent }[],
  nowMs: number,
): string | undefined {
  const [first] = notices
  if (!first || doubtfulAttempt(first.object.status) !== undefined) return undefined
  const { group } = first.object.notice
  if (isGathering(notices, nowMs)) return `its group (${group}) gathers`
  if (notices.some(cannotWait)) return undefined
  const intervalMs = Math.min(...notices.map(({ object }) => object.notice.groupIntervalMs))
  const lastMs = Math.max(...sent.filter((one) => one.group === group).map(({ status }) => status.atMs))
  return isAhead(lastMs + intervalMs, nowMs, intervalMs)
    ? `its group (${group}) was told something just now`
    : undefined
}

/** None of them has waited as long as it is to. */
export function isGathering(notices: readonly KnownNotice[], nowMs: number): boolean {
  return isAhead(Math.min(...notices.map(({ object }) => object.notice.notBeforeMs ?? 0)), nowMs, hourMs)
}

/** Somebody should get up, or need not any more. */
function cannotWait({ object: { notice } }: KnownNotice): boolean {
  return notice.severity === 'critical' || notice.kind === 'escalated' || notice.kind === 'resolved'
}

function inPieces(notices: readonly KnownNotice[], most: number, kind: Planned['kind']): Planned[] {
  // What belongs to one incident stays together: only then its firing is surely before the rest.
  const threads = [...Map.groupBy(notices.toSorted(byAge), ({ object }) => object.notice.incident).values()]
  const pieces: KnownNotice[][] = []
  for (const thread of threads) {
    const last = pieces.at(-1)
    if (last && last.length + thread.length <= most) last.push(...thread)
    else pieces.push([...thread])
  }
  return pieces.map((piece) => ({ kind, notices: piece.sort(inTellingOrder) }))
}

function byAge({ object: { notice: a } }: KnownNotice, { object: { notice: b } }: KnownNotice): number {
  return a.atMs - b.atMs
}

/** Those that say that something critical is wrong; then the oldest. */
function urgentFirst(a: Planned, b: Planned): number {
  return Number(isUrgent(b)) - Number(isUrgent(a)) || oldestMs(a) - oldestMs(b)
}

function isUrgent({ notices }: Planned): boolean {
  return notices.some(({ object: { notice } }) => notice.severity === 'critical' && notice.kind !== 'resolved')
}

function oldestMs({ notices }: Planned): number {
  return Math.min(...notices.map(({ object }) => object.notice.atMs))
}

function withinCap(
  { messages, waiting }: Plan,
  { sent, nowMs, capPerHour, policy }: Pick<PlanOptions, 'nowMs' | 'capPerHour' | 'policy'> & { sent: readonly Sent[] },
): Plan {
  const lately = sent.filter(({ atMs }) => Math.abs(nowMs - atMs) < hourMs)
  const count = new Set(lately.map(({ message, messageId }) => message ?? messageId)).size
  const room = Math.max(0, capPerHour - count)
  if (messages.length <= room) return { messages, waiting }
  const excess = messages.slice(room).flatMap(({ notices }) => notices)
  const hadDigest = lately.some(({ digest, atMs }) => digest && Math.abs(nowMs - atMs) < policy.digestEveryMs)
  if (!hadDigest) {
    return { messages: [...messages.slice(0, room), ...inPieces(excess, policy.mostInDigest, 'digest')], waiting }
  }
  const reason = `${count} messages in the last hour, of ${capPerHour} at most: it goes into the next digest`
  return { messages: messages.slice(0, room), waiting: [...waiting, ...excess.map((known) => ({ known, reason }))] }
}
