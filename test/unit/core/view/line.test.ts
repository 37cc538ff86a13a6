import { describe, expect, it } from 'vitest'
import { oneLine } from '../../../../core/view/line.ts'

describe('a name on one line', () => {
  it.each([
    ['stays as it is', 'größe-1 ✓', 'größe-1 ✓'],
    ['loses its line breaks', ' a\r\nBcc: b\n\tc ', 'a Bcc: b c'],
    ['loses rare line separators', 'a\u2028b\u2029c\u0085d', 'a b c\ufffdd'],
    ['turns no text around', 'a\u202ecod.exe\u2066\u200f', 'a\ufffdcod.exe\ufffd\ufffd'],
    ['moves no cursor', 'a\u001b[2Jb\u0000', 'a\ufffd[2Jb\ufffd'],
    ['has no half characters', 'a\ud83d', 'a\ufffd'],
  ])('%s', (_, text, line) => {
    expect(oneLine(text)).toBe(line)
  })
})
