import fc from 'fast-check'
import { expect, it, test } from 'vitest'
import { csvLine, jsonLine } from '../../../../cli/lake/visible.ts'

test.each([
  [{ text: 'plain' }, 'plain'],
  [{ text: '' }, '""'],
  [undefined, ''],
  [{ text: 'a,b' }, '"a,b"'],
  [{ text: 'say "hi"' }, '"say ""hi"""'],
  [{ text: 'two\r\nlines' }, '"two\r\nlines"'],
  [{ text: '=1+1' }, "'=1+1"],
  [{ text: '+1' }, "'+1"],
  [{ text: '-1' }, "'-1"],
  [{ text: '@SUM(A1)' }, "'@SUM(A1)"],
  [{ text: '\tx' }, "'\tx"],
  [{ text: '\r=1' }, '"\'\r=1"'],
  [{ text: '\u001b[2J\u202egpj' }, '\ufffd[2J\ufffdgpj'],
  [{ plain: '-1.5' }, '-1.5'],
] as const)('the cell %j is written as %j', (cell, text) => {
  expect(csvLine([cell, { plain: '7' }])).toBe(`${text},7\r\n`)
})

it('a line of JSON is the same value, and has nothing that a terminal obeys', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('\u009b', '\u202e', '\u007f', '\u{e0001}'),
      (text, one) => {
        const line = jsonLine({ text: text + one })
        expect(JSON.parse(line)).toEqual({ text: text + one })
        expect(line).not.toMatch(/[\p{Cc}\p{Cf}\u2028\u2029]/u)
      },
    ),
  )
})
