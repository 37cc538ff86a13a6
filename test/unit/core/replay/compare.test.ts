import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { noticeId, receiverOfNotice } from '../../../../core/notice.ts'
import { compareTellings, sumByDay, sumByReceiver } from '../../../../core/replay/compare.ts'
import type { Span, Tellings, ToldOnce } from '../../../../core/replay/told.ts'

type Given = Partial<ToldOnce> & { span?: [fromMs: number, toMs?: number] }

function tellings(...given: Given[]): Tellings {
  const told = given.map(({ span: _, ...one }, index): ToldOnce => {
    const about = { host: 'web-1', rule: 'cpu', entity: '', reason: '', incident: `i${index}` } as const
    return { atMs: 0, receiver: 'ops', kind: 'firing', severity: 'warning', ...about, ...one }
  })
  const spans = given.map(({ span: [fromMs, toMs] = [0, 10], incident }, index): [string, Span] => [
    incident ?? `i${index}`,
    { fromMs, ...(toMs === undefined ? {} : { toMs }) },
  ])
  return { told, spans: new Map(spans) }
}

describe('a notice', () => {
  it.each<[string, Given, Given, string[]]>([
    ['of the same incident is the same', {}, {}, ['same']],
    ['of an incident that begins later is the same', { incident: 'a' }, { incident: 'b', span: [10, 20] }, ['same']],
    [
      'of an incident that goes on is the same',
      { incident: 'a', span: [0] },
      { incident: 'b', span: [99, 100] },
      ['same'],
    ],
    [
      'of an incident at another time is another',
      { incident: 'a' },
      { incident: 'b', span: [11, 20] },
      ['gone', 'added'],
    ],
    ['to somebody else is another', {}, { receiver: 'pager' }, ['gone', 'added']],
    ['of another kind is another', {}, { kind: 'escalated' }, ['gone', 'added']],
    ['of another host is another', {}, { host: 'web-2' }, ['gone', 'added']],
    ['of another mount is another', { entity: '/' }, { entity: '/var' }, ['gone', 'added']],
  ])('%s', (_, was, is, changes) => {
    expect(compareTellings(tellings(was), tellings(is)).map(({ change }) => change)).toEqual(changes)
  })

  it('is the same as one other at most', () => {
    const twice = tellings({ kind: 'repeat', incident: 'a', atMs: 1 }, { kind: 'repeat', incident: 'a', atMs: 2 })
    const once = tellings({ kind: 'repeat', incident: 'a', atMs: 1 })
    expect(compareTellings(twice, once).map(({ change }) => change)).toEqual(['same', 'gone'])
    expect(compareTellings(once, twice).map(({ change }) => change)).toEqual(['same', 'added'])
  })
})

it('sums are of receivers, and of days', () => {
  const was = tellings({ atMs: 1 }, { atMs: 2, receiver: 'pager' }, { atMs: 3, host: 'db-1' })
  const is = tellings({ atMs: 5 }, { atMs: 6, host: 'db-2' }, { atMs: 7, host: 'db-3' })
  const compared = compareTellings(was, is)
  expect(sumByReceiver(compared)).toEqual([
    { receiver: 'ops', was: 2, is: 3, added: 2, gone: 1 },
    { receiver: 'pager', was: 1, is: 0, added: 0, gone: 1 },
  ])
  expect(sumByDay(compared, (atMs) => (atMs < 5 ? 'Monday' : 'Tuesday'))).toEqual([
    { day: 'Monday', was: 3, is: 0 },
    { day: 'Tuesday', was: 0, is: 3 },
  ])
})

it('the receiver is found in the id of a notice, whatever it is called', () => {
  const kind = fc.constantFrom('firing', 'repeat', 'resolved', 'escalated', 'amended')
  const receiver = fc.stringMatching(/^[a-z][a-z0-9-]{0,20}$/)
  const name = fc.oneof(receiver, fc.constantFrom('x-firing', 'repeat-1', 'firing-2', 'a-resolved-3'))
  const n = fc.option(fc.integer({ min: 1, max: 99 }), { nil: undefined })
  fc.assert(
    fc.property(fc.stringMatching(/^[0-9a-f]{12}$/), name, kind, n, (incident, of, told, number) => {
      expect(receiverOfNotice(noticeId(incident, of, told, number), { incident, kind: told })).toBe(of)
    }),
  )
})
