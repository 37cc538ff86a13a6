import { expect, it } from 'vitest'
import { press, readKeys } from '../../../../cli/top/keys.ts'

it.each([
  ['c', { kind: 'sort', sort: 'cpu' }],
  ['m', { kind: 'sort', sort: 'memory' }],
  ['o', { kind: 'sort', sort: 'io' }],
  ['f', { kind: 'sort', sort: 'files' }],
  ['\u001b[C', { kind: 'next-sort', step: 1 }],
  ['\u001bOD', { kind: 'next-sort', step: -1 }],
  ['\u001b[6~', { kind: 'scroll', by: 'page', step: 1 }],
  ['q', { kind: 'quit' }],
  ['\u0003', { kind: 'quit' }],
  ['\u001a', { kind: 'suspend' }],
])('%j is a key', (typed, key) => expect(readKeys(typed)).toEqual([key]))

it('reads several keys that come at once, and takes no sequence that it does not know for letters', () => {
  expect(readKeys('mf\u001b[B').map(({ kind }) => kind)).toEqual(['sort', 'sort', 'scroll'])
  expect(readKeys('\u001b[1;5q\u001b[200~\u001bOq\u001b[?12c日')).toEqual([])
})

it('goes through the orders with the arrows, and begins at the top again', () => {
  const state = { sort: 'cpu', offset: 7 } as const
  expect(press(state, { kind: 'next-sort', step: 1 }, 10)).toEqual({ sort: 'memory', offset: 0 })
  expect(press(state, { kind: 'next-sort', step: -1 }, 10)).toEqual({ sort: 'files', offset: 0 })
})

it.each([
  ['row', 1, 8],
  ['row', -1, 6],
  ['page', 1, 16],
  ['page', -1, 0],
  ['all', -1, 0],
] as const)('scrolls by %s, %i', (by, step, offset) => {
  expect(press({ sort: 'cpu', offset: 7 }, { kind: 'scroll', by, step }, 10).offset).toBe(offset)
})
