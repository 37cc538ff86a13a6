import { expect, test } from 'vitest'
import { parseFileNr, readOpenFiles } from '../../../../agent/collect/open-files.ts'
import { createFileReader } from '../../../../agent/collect/read-file.ts'
import { fixtureHost } from './fixture.ts'

test.each([
  ['594\t0\t2466170\n', { used: 594, limit: 2_466_170 }],
  ['what a kernel 2.4 keeps free is not used', { used: 1_391, limit: 8_192 }, '3391\t2000\t8192\n'],
  ['no limit', { used: 2_112 }, '2112\t0\t9223372036854775807\n'],
])('%s', (rule, expected, text = rule) => {
  expect(parseFileNr(text)).toEqual(expected)
})

test.each(['', 'a b c', '594'])('%j is refused', (text) => {
  expect(() => parseFileNr(text)).toThrow(/file-nr.*expected three numbers/)
})

test('what this machine had open when it was captured', () => {
  using host = fixtureHost()
  expect(readOpenFiles({ files: createFileReader(), roots: host.roots }).limit).toBe(2_466_170)
})
