import { expect, it } from 'vitest'
import { pageLines } from '../../../../cli/query/text.ts'

const page = {
  columns: ['host', 'cpu'],
  rows: [
    ['web-1', '7.5'],
    ['\u001b[2J\u202ex\ny', undefined],
  ],
  isNumber: [false, true],
  colour: false,
}

it('numbers stand at the right, nulls are a dot, and what hosts send commands nothing', () => {
  expect(pageLines(page)).toEqual(['host      cpu', 'web-1     7.5', '\ufffd[2J\ufffdx y    ·'])
})

it('a table that is wider than the terminal is a block a row', () => {
  expect(pageLines({ ...page, width: 12 })).toEqual([
    'host  web-1',
    'cpu   7.5',
    '',
    'host  \ufffd[2J\ufffd…',
    'cpu   ·',
  ])
})

it('a long text is cut for a person, and whole in a pipe', () => {
  const rows = [['x'.repeat(100), '1']]
  expect(pageLines({ ...page, rows, width: 200 })[1]).toBe(`${'x'.repeat(59)}…    1`)
  expect(pageLines({ ...page, rows })[1]).toContain('x'.repeat(100))
})
