import { describe, expect, it } from 'vitest'
import type { NoticeStatus } from '../../../../core/notice.ts'
import { decideFollowing, failedAttempts, isPerhapsSent, readiness } from '../../../../functions/notify/decide.ts'

const nowMs = 1_000
const policy = { leaseMs: 100, longestWaitMs: 1_000 }
const pending: NoticeStatus = { state: 'pending', attempts: 2, notBeforeMs: nowMs, lastError: '451 later' }
const claimed: NoticeStatus = { state: 'claimed', by: 'x', untilMs: nowMs + 1, attempts: 2 }
const sent: NoticeStatus = { state: 'sent', atMs: 0, messageId: '<first@x>', where: 'x' }
const cancelled: NoticeStatus = { state: 'cancelled', atMs: 0, reason: 'over' }
const dead: NoticeStatus = { state: 'dead', atMs: 0, attempts: 3, lastError: '404' }

describe('a notice is', () => {
  it.each<[string, NoticeStatus, string]>([
    ['due when its time has come', pending, 'due'],
    ['waiting before its time', { ...pending, notBeforeMs: nowMs + 1 }, 'waiting'],
    ['waiting while a lease on it runs', claimed, 'waiting'],
    ['due when the lease on it has run out', { ...claimed, untilMs: nowMs }, 'due'],
    ['due when its time was set by a clock that has gone back', { ...pending, notBeforeMs: nowMs + 2_001 }, 'due'],
    ['due when a lease on it was', { ...claimed, untilMs: nowMs + 201 }, 'due'],
    ['settled when sent', sent, 'settled'],
    ['settled when cancelled', cancelled, 'settled'],
    ['settled when its receiver will never take it', dead, 'settled'],
  ])('%s', (_, status, is) => {
    expect(readiness(status, nowMs, policy).is).toBe(is)
  })

  it('says why it waits', () => {
    expect(readiness({ ...pending, notBeforeMs: nowMs + 1 }, nowMs, policy)).toEqual({
      is: 'waiting',
      reason: 'attempt 2 failed: 451 later',
    })
  })
})

describe('a resolved', () => {
  it.each<[string, NoticeStatus | 'missing', object]>([
    ['hangs under its firing once that is sent', sent, { do: 'send', inReplyTo: '<first@x>' }],
    ['is sent when its firing left `open` long ago', 'missing', { do: 'send' }],
    ['waits while its firing is being sent', claimed, { do: 'wait' }],
    ['waits for a firing that may have got through', { ...pending, perhapsSent: true }, { do: 'wait' }],
    ['cancels a firing that nobody had', pending, { do: 'cancel', alsoFiring: true }],
    ['is cancelled with its firing', cancelled, { do: 'cancel', alsoFiring: false }],
    ['is cancelled when nobody will ever have its firing', dead, { do: 'cancel', alsoFiring: false }],
  ])('%s', (_, firing, decision) => {
    expect(decideFollowing('resolved', firing)).toMatchObject(decision)
  })

  it('is sent where its firing failed for good, and a later notice did not', () => {
    expect(decideFollowing('resolved', dead, '<escalated@x>')).toEqual({ do: 'send', inReplyTo: '<escalated@x>' })
  })
})

describe('what says that it goes on', () => {
  it.each<[string, 'escalated' | 'repeat' | 'amended', NoticeStatus, string]>([
    ['goes with its firing or after it', 'escalated', pending, 'send-with-firing'],
    ['waits for a firing that may have got through', 'repeat', { ...pending, perhapsSent: true }, 'wait'],
    ['is worth a try where its firing failed for good', 'escalated', dead, 'send'],
    ['amends nothing that nobody was told', 'amended', dead, 'cancel'],
    ['is cancelled with its firing', 'repeat', cancelled, 'cancel'],
  ])('%s', (_, kind, firing, does) => {
    expect(decideFollowing(kind, firing).do).toBe(does)
  })
})

describe('of a claim that nobody finished', () => {
  it('counts the attempt as failed, and takes it that the receiver may have it', () => {
    expect(failedAttempts(claimed)).toBe(3)
    expect(isPerhapsSent(claimed)).toBe(true)
  })
})
