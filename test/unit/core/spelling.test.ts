import { expect, test } from 'vitest'
import { nearestWord } from '../../../core/spelling.ts'

test.each([
  ['up', 'up'],
  ['upp', 'up'],
  ['reprot', 'report'],
  ['port', 'report'],
  ['evaluete', 'evaluate'],
  ['banana', undefined],
])('%s is meant to be %s', (word, meant) => {
  expect(nearestWord(word, ['up', 'report', 'evaluate'], 2)).toBe(meant)
})
