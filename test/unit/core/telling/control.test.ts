import { describe, expect, it } from 'vitest'
import { limits } from '../../../../core/limits.ts'
import {
  type Changed,
  type Control,
  isOver,
  isSilent,
  noControl,
  type Silence,
  withAck,
  withExpired,
  withForgotten,
  withoutOld,
  withSilence,
} from '../../../../core/telling/control.ts'
import { parseControl } from '../../../../core/telling/control-object.ts'
import { minuteMs, startMs } from '../../../make.ts'

const silence: Silence = {
  id: '0a1b2c3d',
  match: { hosts: ['db-*'] },
  fromMs: startMs,
  untilMs: startMs + 60 * minuteMs,
  by: 'root',
  comment: 'a new disk',
  createdAtMs: startMs,
}
const ack = { incident: 'a'.repeat(12), untilMs: startMs + minuteMs, by: 'root', comment: '', atMs: startMs }
const weekMs = 7 * 86_400_000

function changed(change: Changed): Control {
  if (!change.ok) throw new Error(change.reason)
  return change.control
}

describe('a silence', () => {
  it.each<[string, Partial<Silence>, number, boolean]>([
    ['holds from its first millisecond', {}, 0, true],
    ['not before', {}, -1, false],
    ['until its last', {}, 60 * minuteMs - 1, true],
    ['and no longer', {}, 60 * minuteMs, false],
    ['not once it was ended early', { expiredAtMs: startMs + minuteMs }, minuteMs, false],
    ['but until then', { expiredAtMs: startMs + minuteMs }, minuteMs - 1, true],
  ])('holds: %s', (_, rest, afterMs, expected) => {
    expect(isSilent({ ...silence, ...rest }, startMs + afterMs)).toBe(expected)
  })

  it('is ended early, once', () => {
    const control = changed(withSilence(noControl, silence))
    const expired = changed(withExpired(control, { id: silence.id, nowMs: startMs + minuteMs }))
    expect(expired.silences[0]?.expiredAtMs).toBe(startMs + minuteMs)
    expect(withExpired(expired, { id: silence.id, nowMs: startMs + 2 * minuteMs })).toEqual({
      ok: false,
      reason: 'the silence 0a1b2c3d is over already',
    })
  })

  it('and its early end stand once, however often they are said', () => {
    const control = changed(withSilence(changed(withSilence(noControl, silence)), silence))
    expect(control.silences).toEqual([silence])
    const end = { id: silence.id, nowMs: startMs + minuteMs }
    const expired = changed(withExpired(control, end))
    expect(changed(withExpired(expired, end))).toEqual(expired)
  })

  it('that nobody knows is not ended', () => {
    expect(withExpired(noControl, { id: 'ffffffff', nowMs: startMs })).toEqual({
      ok: false,
      reason: 'there is no silence ffffffff',
    })
  })

  it('that would never hold is refused', () => {
    expect(withSilence(noControl, { ...silence, untilMs: startMs }).ok).toBe(false)
    expect(withSilence(noControl, { ...silence, createdAtMs: silence.untilMs }).ok).toBe(false)
  })
})

describe('what operators say', () => {
  it('is bounded, and says so', () => {
    const silences = Array.from({ length: limits.controlEntries }, (_, index) => ({ ...silence, id: `${index}` }))
    expect(withSilence({ ...noControl, silences }, silence)).toEqual({
      ok: false,
      reason: `there are ${limits.controlEntries} silences already, the most there may be`,
    })
  })

  it('takes the place of what is over and only listed, where there is no room beside it', () => {
    const later = { ...silence, fromMs: silence.untilMs, createdAtMs: silence.untilMs, untilMs: silence.untilMs + 1 }
    const silences = Array.from({ length: limits.controlEntries }, (_, index) => ({ ...silence, id: `${index}` }))
    const { silences: kept } = changed(withSilence({ ...noControl, silences }, later))
    expect(kept.map(({ id }) => id)).toEqual([...silences.slice(1).map(({ id }) => id), later.id])
    const acks = Array.from({ length: limits.controlEntries }, (_, index) => ({ ...ack, incident: `${index}` }))
    const now = { ...ack, atMs: ack.untilMs, untilMs: ack.untilMs + 1 }
    expect(changed(withAck({ ...noControl, acks }, now)).acks).toHaveLength(limits.controlEntries)
  })

  it('makes room for itself once it has been over for a week', () => {
    const control = {
      v: 1 as const,
      silences: [silence],
      acks: [ack],
      forgotten: [{ host: 'a', by: '', atMs: startMs }],
    }
    expect(withoutOld(control, silence.untilMs + weekMs - 1).silences).toHaveLength(1)
    expect(withoutOld(control, silence.untilMs + weekMs)).toEqual(noControl)
    expect(isOver(silence, silence.untilMs)).toBe(true)
  })

  it('has the latest word on an incident, and on a host', () => {
    const acked = changed(withAck(changed(withAck(noControl, ack)), { ...ack, untilMs: startMs + 2 * minuteMs }))
    expect(acked.acks.map(({ untilMs }) => untilMs)).toEqual([startMs + 2 * minuteMs])
    const host = { host: 'web-1', by: 'root', atMs: startMs }
    const forgotten = changed(withForgotten(changed(withForgotten(noControl, host)), { ...host, atMs: startMs + 1 }))
    expect(forgotten.forgotten.map(({ atMs }) => atMs)).toEqual([startMs + 1])
  })
})

describe('the object', () => {
  it('is read as it was written, and missing is nothing said', () => {
    const control = changed(withAck(changed(withSilence(noControl, silence)), ack))
    expect(parseControl(Buffer.from(JSON.stringify(control)))).toEqual(control)
    expect(parseControl(undefined)).toEqual(noControl)
  })

  it.each([
    ['{', /^control: no JSON/],
    ['{"v":2}', /^control: version 2, this build knows /],
    [JSON.stringify({ ...noControl, silences: [{ ...silence, id: 'x' }] }), /silences\.0\.id: .*expected 8 hex digits/],
    [
      JSON.stringify({ ...noControl, silences: [{ ...silence, match: { tags: ['env'] } }] }),
      /silences\.0\.match\.tags\.0: .*expected key=glob/,
    ],
    [
      JSON.stringify({ ...noControl, silences: [{ ...silence, match: { host: ['a'] } }] }),
      /silences\.0\.match\.host: /,
    ],
    [JSON.stringify({ ...noControl, acks: [{ ...ack, incident: '../..' }] }), /acks\.0\.incident: .*12 hex digits/],
  ])('is refused with place and expectation: %s', (text, expected) => {
    expect(() => parseControl(Buffer.from(text))).toThrow(expected)
  })
})
