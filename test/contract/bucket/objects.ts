/** What goes in comes out, under the condition that was set. */
import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { BucketError, listPageSize } from '../../../adapters/bucket/port.ts'
import { bytes, inParallel, keysBelow, sha256, textOf, type Under, writtenEtag } from './bodies.ts'

export function describeObjects(the: Under): void {
  describe('get', () => {
    it('gives a value, not an error, for a missing key', async () => {
      expect(await the.bucket.get('missing/key')).toBeUndefined()
    })

    it('gives nothing for what is only the folder of other keys, or below a key', async () => {
      await the.bucket.put('folder/of/keys', bytes('x'))
      expect(await the.bucket.get('folder/of')).toBeUndefined()
      expect(await the.bucket.get('folder/of/keys/below')).toBeUndefined()
    })

    it.each([
      ['nothing', 0],
      ['one byte', 1],
      ['8 MiB', 8 * 1024 * 1024],
    ])('gives %s back as it was put', async (_, sizeBytes) => {
      const body = randomBytes(sizeBytes)
      await the.bucket.put('bodies/one', body)
      const held = await the.bucket.get('bodies/one')
      expect(held?.body.byteLength).toBe(sizeBytes)
      expect(sha256(held?.body)).toBe(sha256(body))
    })

    it('gives the ETag that put gave', async () => {
      const put = await the.bucket.put('etags/one', bytes('first'))
      const changed = await the.bucket.put('etags/one', bytes('second'))
      expect(put.outcome === 'written' && changed.outcome === 'written' && put.etag !== changed.etag).toBe(true)
      expect(await the.bucket.get('etags/one')).toMatchObject(
        changed.outcome === 'written' ? { etag: changed.etag } : {},
      )
    })

    it('refuses a body larger than the caller takes, and gives one that just fits', async () => {
      await the.bucket.put('bounded/one', bytes('12345'))
      await expect(the.bucket.get('bounded/one', { maxBytes: 4 })).rejects.toThrow(BucketError)
      await expect(the.bucket.get('bounded/one', { maxBytes: 4 })).rejects.toMatchObject({ effect: 'none' })
      expect(textOf(await the.bucket.get('bounded/one', { maxBytes: 5 }))).toBe('12345')
    })

    it('never sees half of a body that is being replaced', async () => {
      const bodies = ['a', 'b'].map((letter) => Buffer.alloc(1024 * 1024, letter))
      const known = new Set(bodies.map((body) => sha256(body)))
      await the.bucket.put('replaced/one', bodies[0] ?? bytes(''))
      let isDone = false
      const writing = (async () => {
        for (let round = 0; round < 20; round++) await the.bucket.put('replaced/one', bodies[round % 2] ?? bytes(''))
        isDone = true
      })()
      const seen: string[] = []
      while (!isDone) seen.push(sha256((await the.bucket.get('replaced/one'))?.body))
      await writing
      expect(seen.filter((hash) => !known.has(hash))).toEqual([])
    })
  })

  describe('put', () => {
    it('replaces what is there when no condition is set', async () => {
      await the.bucket.put('plain/one', bytes('old'))
      expect(await the.bucket.put('plain/one', bytes('new'))).toMatchObject({ outcome: 'written' })
      expect(textOf(await the.bucket.get('plain/one'))).toBe('new')
    })

    it('keeps the body as it was when the caller changes the array afterwards', async () => {
      const body = bytes('before')
      await the.bucket.put('plain/kept', body)
      body.fill(0)
      expect(textOf(await the.bucket.get('plain/kept'))).toBe('before')
    })

    it('writes if-absent once, and leaves the first body in place', async () => {
      expect(await the.bucket.put('absent/one', bytes('first'), { ifAbsent: true })).toMatchObject({
        outcome: 'written',
      })
      expect(await the.bucket.put('absent/one', bytes('second'), { ifAbsent: true })).toMatchObject({ outcome: 'lost' })
      expect(textOf(await the.bucket.get('absent/one'))).toBe('first')
    })

    it('writes if-absent again after the key was deleted', async () => {
      await the.bucket.put('absent/again', bytes('first'), { ifAbsent: true })
      await the.bucket.delete(['absent/again'])
      expect(await the.bucket.put('absent/again', bytes('second'), { ifAbsent: true })).toMatchObject({
        outcome: 'written',
      })
    })

    it('writes if-matches with the current ETag only', async () => {
      const first = await writtenEtag(the.bucket, 'matches/one', 'first')
      const put = (body: string) => the.bucket.put('matches/one', bytes(body), { ifMatches: first })
      expect(await put('second')).toMatchObject({ outcome: 'written' })
      expect(await put('third')).toMatchObject({ outcome: 'lost' })
      expect(textOf(await the.bucket.get('matches/one'))).toBe('second')
    })

    it('loses if-matches on a key that never was, or is gone, and makes none', async () => {
      const etag = await writtenEtag(the.bucket, 'matches/gone', 'first')
      await the.bucket.delete(['matches/gone'])
      for (const key of ['matches/gone', 'matches/never']) {
        expect(await the.bucket.put(key, bytes('x'), { ifMatches: etag })).toMatchObject({ outcome: 'lost' })
        expect(await the.bucket.get(key)).toBeUndefined()
      }
    })

    it('tells its own time, if at all, in milliseconds since the epoch', async () => {
      const { storeAtMs = Date.UTC(2025) } = await the.bucket.put('plain/clock', bytes('x'))
      expect(new Date(storeAtMs).getUTCFullYear()).toBeGreaterThan(2024)
    })
  })

  describe('delete', () => {
    it('removes what is there and does not mind what is not', async () => {
      for (const key of ['delete/a', 'delete/b/c']) await the.bucket.put(key, bytes('x'))
      await the.bucket.delete(['delete/a', 'delete/never', 'delete/b/c', 'never/at/all'])
      await the.bucket.delete(['delete/a'])
      await the.bucket.delete([])
      expect(await the.bucket.list('delete/')).toEqual({ objects: [], more: false })
    })

    it('leaves the neighbours and the keys below', async () => {
      for (const key of ['left/a', 'left/ab', 'left/folder/b']) await the.bucket.put(key, bytes('x'))
      await the.bucket.delete(['left/a', 'left/folder'])
      expect(await keysBelow(the.bucket, 'left/')).toEqual(['left/ab', 'left/folder/b'])
    })

    it('removes more keys than a page holds', async () => {
      const keys = Array.from({ length: listPageSize + 50 }, (_, index) => `many/${index}`)
      await inParallel(keys, (key) => the.bucket.put(key, bytes('x')))
      await the.bucket.delete(keys)
      expect(await the.bucket.list('many/')).toEqual({ objects: [], more: false })
    })
  })
}
