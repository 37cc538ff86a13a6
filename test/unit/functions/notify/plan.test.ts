import { describe, expect, it } from 'vitest'
import { noticeKey } from '../../../../core/keys.ts'
import type { Notice, NoticeStatus } from '../../../../core/notice.ts'
import type { KnownNotice } from '../../../../functions/notify/notice-store.ts'
import { type PlanOptions, planMessages } from '../../../../functions/notify/plan.ts'
import { makeNotice, pending } from './make-notice.ts'

const nowMs = Date.parse('2026-03-01T12:00:00Z')
const minuteMs = 60_000
const policy = { mostInMessage: 3, mostInDigest: 100, digestEveryMs: 15 * minuteMs }

function known(notice: Partial<Notice>, status: NoticeStatus = pending): KnownNotice {
  const made = makeNotice(notice)
  return { key: noticeKey(made.id), etag: '', object: { v: 1, notice: made, status } }
}

const incident = (index: number) => String(index).padStart(12, '0')
const firing = (index: number, notice: Partial<Notice> = {}, status?: NoticeStatus) =>
  known({ incident: incident(index), ...notice }, status)
const sentAgo = (ms: number, more: object = {}): NoticeStatus => ({
  state: 'sent',
  atMs: nowMs - ms,
  messageId: `<${ms}>`,
  where: 'x',
  ...more,
})

function plan(due: KnownNotice[], { settled = [], ...rest }: { settled?: KnownNotice[] } & Partial<PlanOptions> = {}) {
  const { messages, waiting } = planMessages({
    due,
    open: [...due, ...settled],
    nowMs,
    capPerHour: 60,
    policy,
    ...rest,
  })
  const idsOf = (notices: readonly KnownNotice[]) => notices.map(({ object }) => Number(object.notice.incident))
  return {
    messages: messages.map(({ notices }) => idsOf(notices)),
    kinds: messages.map(({ kind }) => kind),
    waiting: idsOf(waiting.map((one) => one.known)),
    reasons: waiting.map(({ reason }) => reason),
  }
}

describe('the notices of a receiver', () => {
  it('go as one message a group', () => {
    const due = [firing(1), firing(2, { group: 'other' }), firing(3)]
    expect(plan(due).messages).toEqual([[1, 3], [2]])
  })

  it('go as several where a group has more than a message takes, those of an incident together', () => {
    const due = [firing(1), firing(2), firing(3), firing(3, { kind: 'escalated' }), firing(4)]
    expect(plan(due).messages).toEqual([
      [1, 2],
      [3, 4, 3],
    ])
  })

  it('are told the critical ones first, then the oldest', () => {
    const due = [
      firing(1, { group: 'a', atMs: 2 }),
      firing(2, { group: 'b', atMs: 1 }),
      firing(3, { group: 'c', atMs: 3, severity: 'critical' }),
      firing(4, { group: 'd', atMs: 0, severity: 'critical', kind: 'resolved' }),
    ]
    expect(plan(due).messages).toEqual([[3], [4], [2], [1]])
  })

  it('go in the order in which they are told: beginnings before ends', () => {
    const due = [firing(1, { kind: 'resolved', atMs: 1 }), firing(2, { atMs: 2 }), firing(3, { atMs: 0 })]
    expect(plan(due).messages).toEqual([[3, 2, 1]])
  })
})

describe('a group', () => {
  it.each<[string, Partial<Notice>[], number[]]>([
    ['waits as long as the first of it says', [{ notBeforeMs: nowMs + 1 }, { notBeforeMs: nowMs + 9 }], []],
    ['goes with all that came meanwhile', [{ notBeforeMs: nowMs }, { notBeforeMs: nowMs + 9 }], [0, 1]],
    ['goes at once where one need not wait', [{}, { notBeforeMs: nowMs + 9 }], [0, 1]],
    ['is not held by a time that a clock wrote which was ahead', [{ notBeforeMs: nowMs + 3 * 3_600_000 }], [0]],
  ])('%s', (_, notices, told) => {
    const due = notices.map((notice, index) => firing(index, notice))
    expect(plan(due).messages.flat()).toEqual(told)
  })

  it.each<[string, number, string, number[]]>([
    ['waits until its interval after the last message is over', 4, 'cpu', []],
    ['goes when it is over', 5, 'cpu', [1]],
    ['knows nothing of messages of other groups', 4, 'disk', [1]],
    ['is not held by a message of the future, which a clock wrote that was ahead', -60, 'cpu', [1]],
  ])('%s', (_, minutesAgo, group, told) => {
    const settled = [firing(9, { group }, sentAgo(minutesAgo * minuteMs))]
    const due = [firing(1, { groupIntervalMs: 5 * minuteMs })]
    expect(plan(due, { settled }).messages.flat()).toEqual(told)
  })

  it.each<[string, Partial<Notice>]>([
    ['critical', { severity: 'critical' }],
    ['worse than it was', { kind: 'escalated', severity: 'critical', severityBefore: 'warning' }],
    ['over', { kind: 'resolved' }],
  ])('goes within its interval, with all that waits in it, when one of it is %s', (_, urgent) => {
    const settled = [firing(9, {}, sentAgo(minuteMs))]
    const due = [firing(1, { groupIntervalMs: 5 * minuteMs }), firing(2, { groupIntervalMs: 5 * minuteMs, ...urgent })]
    expect(plan(due, { settled }).messages.flat().toSorted()).toEqual([1, 2])
  })

  it('says what it waits for', () => {
    const settled = [firing(9, {}, sentAgo(minuteMs))]
    const gathers = firing(1, { group: 'new', notBeforeMs: nowMs + 1 })
    expect(plan([gathers, firing(2, { groupIntervalMs: 5 * minuteMs })], { settled }).reasons).toEqual([
      'its group (new) gathers',
      'its group (cpu) was told something just now',
    ])
  })

  it('sends what may have arrived as the message that it was, and waits for nothing', () => {
    const perhaps: NoticeStatus = { state: 'pending', attempts: 1, notBeforeMs: 0, perhapsSent: true, by: 'x' }
    const lapsed: NoticeStatus = { state: 'claimed', by: 'y', untilMs: nowMs - 1, attempts: 0 }
    const due = [firing(1, {}, perhaps), firing(2, {}, perhaps), firing(3), firing(4, {}, lapsed)].map((one, index) => {
      return { ...one, object: { ...one.object, notice: { ...one.object.notice, atMs: index } } }
    })
    const settled = [firing(9, {}, sentAgo(minuteMs))]
    expect(plan(due, { settled }).messages).toEqual([[1, 2], [3], [4]])
  })
})

describe('an hourly cap', () => {
  const many = (count: number) => Array.from({ length: count }, (_, index) => firing(index, { group: String(index) }))
  const sentBefore = (count: number, ms: number, more: object = {}) =>
    Array.from({ length: count }, (_, index) => firing(100 + index, {}, sentAgo(ms + index, more)))

  it('holds nothing while there is room', () => {
    expect(plan(many(3), { capPerHour: 3 }).kinds).toEqual(['message', 'message', 'message'])
  })

  it('makes one digest of what exceeds it, with every notice in it', () => {
    const { messages, kinds } = plan(many(7), { capPerHour: 2, settled: sentBefore(1, minuteMs) })
    expect(kinds).toEqual(['message', 'digest'])
    expect(messages.flat().toSorted()).toEqual([0, 1, 2, 3, 4, 5, 6])
    expect(messages[1]).toHaveLength(6)
  })

  it('counts messages and not notices', () => {
    const settled = sentBefore(5, minuteMs, { message: 'one' })
    expect(plan(many(1), { capPerHour: 2, settled }).kinds).toEqual(['message'])
  })

  it('counts the last hour', () => {
    expect(plan(many(1), { capPerHour: 2, settled: sentBefore(5, 60 * minuteMs) }).kinds).toEqual(['message'])
  })

  it('lets what exceeds it gather for the next digest, and says so', () => {
    const settled = [...sentBefore(2, 20 * minuteMs), firing(99, {}, sentAgo(14 * minuteMs, { digest: true }))]
    const { messages, reasons } = plan(many(2), { capPerHour: 2, settled })
    expect(messages).toEqual([])
    expect(reasons).toEqual(
      Array.from({ length: 2 }, () => '3 messages in the last hour, of 2 at most: it goes into the next digest'),
    )
    const later = [...sentBefore(2, 20 * minuteMs), firing(99, {}, sentAgo(15 * minuteMs, { digest: true }))]
    expect(plan(many(2), { capPerHour: 2, settled: later }).kinds).toEqual(['digest'])
  })
})
