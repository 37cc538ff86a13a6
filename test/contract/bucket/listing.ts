/** A listing is complete and in order, and says when there is more of it. */
import { beforeAll, describe, expect, it } from 'vitest'
import { listPageSize } from '../../../adapters/bucket/port.ts'
import { bytes, inParallel, keysBelow, pagesOf, type Under } from './bodies.ts'

export function describeListing(the: Under): void {
  describe('list', () => {
    const amount = 2_500
    const written = Array.from({ length: amount }, (_, index) => `pages/${index % 7}/${String(index).padStart(5, '0')}`)
    const sorted = written.toSorted()
    beforeAll(async () => {
      await inParallel(written, (key) => the.bucket.put(key, bytes(key.slice(-2))))
    }, 120_000)

    it('gives 2,500 keys complete and in order, over pages, and says whether there are more', async () => {
      const pages = await pagesOf(the.bucket, 'pages/', {})
      expect(pages.map(({ length }) => length)).toEqual([listPageSize, listPageSize, amount - 2 * listPageSize])
      expect(pages.flat().map(({ key }) => key)).toEqual(sorted)
      expect(new Set(pages.flat().map(({ sizeBytes }) => sizeBytes))).toEqual(new Set([2]))
    })

    it('tells of each key when it was last written', async () => {
      const [key = ''] = sorted
      const modified = async () => (await the.bucket.list(key)).objects[0]?.modifiedAtMs ?? Number.NaN
      const before = await modified()
      await the.bucket.put(key, bytes('xx'))
      // Stores tell whole seconds, and some have a clock of their own.
      expect(await modified()).toBeGreaterThanOrEqual(before)
    })

    it('never cuts silently, however large the page that was asked for', async () => {
      const page = await the.bucket.list('pages/', { limit: 5_000 })
      expect(page.more || page.objects.length === amount).toBe(true)
    })

    it.each([1, 3, 999])('keeps to a limit of %d', async (limit) => {
      const page = await the.bucket.list('pages/', { limit, startAfter: sorted[10] ?? '' })
      expect(page.objects.map(({ key }) => key)).toEqual(sorted.slice(11, 11 + limit))
      expect(page.more).toBe(true)
    })

    it('does not say that there are more when the last page is just full', async () => {
      const page = await the.bucket.list('pages/', { limit: 5, startAfter: sorted.at(-6) ?? '' })
      expect(page.objects.map(({ key }) => key)).toEqual(sorted.slice(-5))
      expect(page.more).toBe(false)
    })

    it.each([0, -1, 1.5, Number.NaN])('refuses a limit of %d', async (limit) => {
      await expect(the.bucket.list('pages/', { limit })).rejects.toThrow(/limit.*expected/)
    })

    it('takes a prefix that ends anywhere in a key', async () => {
      expect(await keysBelow(the.bucket, 'pages/3/0001')).toEqual(
        sorted.filter((key) => key.startsWith('pages/3/0001')),
      )
      expect(await keysBelow(the.bucket, 'page')).toEqual(sorted)
      expect(await keysBelow(the.bucket, sorted[42] ?? '')).toEqual([sorted[42]])
    })

    it('starts after a key that is not there, before and after the prefix', async () => {
      const firstAfter = async (startAfter: string) =>
        (await the.bucket.list('pages/6/', { startAfter, limit: 1 })).objects[0]?.key
      const first = sorted.find((key) => key.startsWith('pages/6/'))
      expect(await firstAfter('pages/')).toBe(first)
      expect(await firstAfter('pages/5/~')).toBe(first)
      expect(await firstAfter('pages/6')).toBe(first)
      expect(await firstAfter('pages/6/~')).toBeUndefined()
      expect(await firstAfter('q')).toBeUndefined()
      expect(await firstAfter(`${first}-`)).toBe(sorted[sorted.indexOf(first ?? '') + 1])
    })

    it('sorts whole keys by their bytes, not folder by folder', async () => {
      const keys = ['a-b', 'a.b', 'a.b/c', 'a/b', 'a/b-c', 'a/b.c', 'a0', 'a=b', 'aA', 'a_b', 'aa', 'a~b']
      const wanted = keys.filter((key) => key !== 'a.b').map((key) => `order/${key}`)
      await inParallel(wanted.toReversed(), (key) => the.bucket.put(key, bytes('x')))
      expect(await keysBelow(the.bucket, 'order/')).toEqual(wanted)
      for (const [index, startAfter] of wanted.entries()) {
        const { objects } = await the.bucket.list('order/', { startAfter })
        expect(objects.map(({ key }) => key)).toEqual(wanted.slice(index + 1))
      }
    })

    it('gives an empty page where nothing is', async () => {
      expect(await the.bucket.list('nothing/here')).toEqual({ objects: [], more: false })
    })

    it.each(['/', '../', 'a/../b', '.tmp', 'a b'])('refuses the prefix %s', async (prefix) => {
      await expect(the.bucket.list(prefix)).rejects.toThrow(/expected/)
    })
  })
}
