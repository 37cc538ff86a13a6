/** Which keys there are: the same in every store. */
import { describe, expect, it } from 'vitest'
import { keyMaxBytes } from '../../../adapters/bucket/key.ts'
import { bytes, keysBelow, textOf, type Under } from './bodies.ts'

export function describeKeys(the: Under, { readsAnyKey }: { readsAnyKey: boolean }): void {
  describe('keys', () => {
    const good = [
      'good/k',
      'good/A.b_c~D=e-f',
      'good/dt=2026-01-01/hour=00/x.parquet',
      `good/${'x'.repeat(255)}`,
      longKey('good/', keyMaxBytes),
    ]
    it.each(good.map((key) => [key.length > 40 ? `a key of ${key.length} bytes` : key, key]))(
      'takes %s',
      async (_, key) => {
        await the.bucket.put(key, bytes(key))
        expect(textOf(await the.bucket.get(key))).toBe(key)
        expect(await keysBelow(the.bucket, key)).toEqual([key])
        await the.bucket.delete([key])
        expect(await the.bucket.get(key)).toBeUndefined()
      },
    )

    const bad = [
      '',
      '/',
      '/a',
      'a/',
      'a//b',
      '.',
      '..',
      '.a',
      'a/.b',
      '../a',
      'a/../b',
      'a b',
      'ä',
      'a\\b',
      'a\0b',
      'a\n',
      'a%2fb',
      'a:b',
      'a*',
      '<b>',
      'x'.repeat(256),
      longKey('', keyMaxBytes + 1),
    ]
    it.each(bad.map((key) => [key.length > 40 ? `a key of ${key.length} bytes` : JSON.stringify(key), key]))(
      'refuses %s, and says which key and what was expected',
      async (_, key) => {
        await the.bucket.put('good/stays', bytes('x'))
        const reads = [() => the.bucket.get(key), () => the.bucket.delete(['good/stays', key])]
        const calls = [() => the.bucket.put(key, bytes('x')), ...(readsAnyKey ? [] : reads)]
        for (const call of calls) {
          const error = await call().catch((thrown: unknown) => thrown)
          expect(error).toMatchObject({ key, effect: 'none', message: expect.stringContaining('expected') })
          expect((error as Error).message).toContain(JSON.stringify(key))
        }
        expect(await the.bucket.get('good/stays')).toBeDefined()
      },
    )
  })
}

function longKey(start: string, bytesLong: number): string {
  return `${start}${`${'y'.repeat(99)}/`.repeat(8)}`.padEnd(bytesLong, 'z')
}
