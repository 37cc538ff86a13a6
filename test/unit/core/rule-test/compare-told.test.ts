import { describe, expect, it } from 'vitest'
import { compareTold, type ToldMessage } from '../../../../core/rule-test/compare-told.ts'
import { parseRuleTests, type RuleTest } from '../../../../core/rule-test/file.ts'
import { minuteMs, startMs } from '../../../make.ts'
import { makeNotice } from '../../functions/notify/make-notice.ts'

function testOf(told: readonly object[], more: object = {}): RuleTest {
  const parsed = parseRuleTests({
    tests: [{ name: 'one', hosts: { 'web-1': { series: { load1: '1' } } }, told, ...more }],
  })
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  return parsed.file.tests[0] as RuleTest
}

function message(minute: number, changes: Partial<ToldMessage> = {}): ToldMessage {
  const notices = [makeNotice({ host: 'web-1', rule: 'cpu', entity: '', kind: 'firing', severity: 'warning' })]
  return {
    atMs: startMs + minute * minuteMs,
    receiver: 'ops',
    notices,
    subject: 'CPU 91 %',
    text: 'CPU\nof web-1',
    ...changes,
  }
}

function linesOf(told: readonly object[], messages: readonly ToldMessage[], more?: object): string[] {
  return compareTold(testOf(told, more), messages).lines.map(({ sign, text }) => `${sign} ${text.trim()}`)
}

const expected = { at: '5m', to: 'ops', kind: 'firing', rule: 'cpu' }

describe('who should be told', () => {
  it('is as expected when each message is expected once', () => {
    expect(compareTold(testOf([expected]), [message(5)])).toMatchObject({ passed: true })
    expect(linesOf([expected], [message(5), message(5)])).toEqual([
      '  5m  ops: firing web-1 cpu',
      '+ 5m  ops: firing web-1 cpu: "CPU 91 %"',
    ])
  })

  it.each<[string, object]>([
    ['another time', { at: '6m' }],
    ['another receiver', { to: 'pager' }],
    ['another kind', { kind: 'resolved' }],
    ['another rule', { rule: 'memory' }],
    ['another host', { host: 'db-1' }],
    ['another entity', { entity: '/var' }],
    ['another severity', { severity: 'critical' }],
    ['more notices', { notices: 2 }],
  ])('is not so at %s', (_, change) => {
    const lines = linesOf([{ ...expected, ...change }], [message(5)])
    expect(lines.map((line) => line[0]).sort()).toEqual(['+', '-'])
  })

  it.each<[string, object, string[]]>([
    ['what is missing', { subject: 'GPU' }, ['subject contains "GPU"']],
    ['what is too much', { text: { lacks: ['web-1', 'db-1'] } }, ['text lacks "web-1"']],
    ['each of a list', { subject: ['CPU', 'a', 'b'] }, ['subject contains "a"', 'subject contains "b"']],
    ['a part that it has not', { html: 'x' }, ['it has no html']],
  ])('tells %s', (_, change, told) => {
    expect(linesOf([{ ...expected, ...change }], [message(5)])).toEqual(
      told.map((words) => `- 5m  ops: firing web-1 cpu: ${words}`),
    )
  })

  it('says where that stands in the test, and once what stands there instead', () => {
    const { lines } = compareTold(testOf([{ ...expected, text: { contains: ['x', 'y'] } }]), [message(5)])
    expect(lines.map(({ path, instead }) => [path?.join('.'), instead])).toEqual([
      ['told.0.text.contains.0', undefined],
      ['told.0.text.contains.1', 'CPU\nof web-1'],
    ])
  })

  it('takes of several alike the one whose words are right', () => {
    const both = [message(5, { subject: 'a' }), message(5, { subject: 'b' })]
    const told = [
      { ...expected, subject: 'b' },
      { ...expected, subject: 'a' },
    ]
    expect(compareTold(testOf(told), both).passed).toBe(true)
  })

  it('finds what it is about in any notice of a message', () => {
    const notices = [makeNotice({ host: 'db-1' }), makeNotice({ host: 'web-1', rule: 'cpu', kind: 'firing' })]
    expect(compareTold(testOf([{ ...expected, notices: 2 }]), [message(5, { notices })]).passed).toBe(true)
  })

  it('says nothing of rules that it is not about, and nothing at all where nothing is said', () => {
    expect(linesOf([], [message(5)], { rules: ['disk*'] })).toEqual([])
    expect(linesOf([], [message(5)])).toHaveLength(1)
    const { told: _, ...silent } = testOf([])
    expect(compareTold(silent, [message(5)]).lines).toEqual([])
  })
})
