import { expect, it } from 'vitest'
import { clip, harmless, pad, widthOf } from '../../../../cli/top/cells.ts'

it.each([
  ['plain', 5],
  ['grün', 4],
  ['日本語', 6],
  ['한국어', 6],
  ['ｆｕｌｌ', 8],
  ['e\u0301', 1],
  ['🚀', 2],
  ['🇩🇪', 2],
  ['䷀', 2],
  ['☰', 2],
  ['–…↓█', 4],
  ['', 0],
])('%s takes %i cells', (text, cells) => expect(widthOf(text)).toBe(cells))

it.each([
  ['abcdef', 4, 'abc…'],
  ['日本語', 4, '日…'],
  ['日本語', 6, '日本語'],
  ['abc', 0, ''],
  ['abc', 1, '…'],
])('%s in %i cells is %s', (text, columns, clipped) => expect(clip(text, columns)).toBe(clipped))

it('fills up to a width, on either side', () => {
  expect(pad('日本語', 5)).toBe('日本…')
  expect(pad('日', 4)).toBe('日  ')
  expect(pad('7', 3, 'right')).toBe('  7')
})

it.each([
  ['\u001b[2Jx', '\ufffd[2Jx'],
  ['a\u202eb', 'a\ufffdb'],
  ['a\nb\tc', 'a b c'],
  ['z\u0301\u0301\u0301', 'z\u0301'],
  ['\u0301x', '\ufffdx'],
  ['\ue000', '\ufffd'],
  ['\ud83d', '\ufffd'],
])('%j becomes harmless', (text, shown) => expect(harmless(text).normalize('NFD')).toBe(shown.normalize('NFD')))
