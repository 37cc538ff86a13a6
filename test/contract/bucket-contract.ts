/**
 * What every bucket promises, whatever it is made of. An adapter's own test file calls this with a way to open it, and
 * adds what only that adapter can be asked.
 */
import { createHash, randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Bucket, BucketError, type ListedObject, listPageSize } from '../../adapters/bucket/port.ts'
import { bucketCommands, emptyModel } from './bucket-model.ts'
import { type OpenElsewhere, type RaceJob, type Racer, startRacers } from './races.ts'

export interface BucketUnderTest {
  /** A bucket with nothing in it. */
  open(): Promise<Bucket>
  /** The same bucket for other processes; absent, where no other process can reach it: then races are between calls. */
  openElsewhere?: (bucket: Bucket) => OpenElsewhere
  close?: () => Promise<void>
  /** Rounds of each race, and runs of the model test. A store behind HTTP may have fewer. */
  rounds?: number
}

const racerCount = 8

export function describeBucketContract(
  name: string,
  { open, openElsewhere, close = async () => {}, rounds = 60 }: BucketUnderTest,
): void {
  describe(`${name} as a bucket`, () => {
    let bucket: Bucket
    beforeAll(async () => {
      bucket = await open()
    })
    afterAll(close)

    describe('get', () => {
      it('gives a value, not an error, for a missing key', async () => {
        expect(await bucket.get('missing/key')).toBeUndefined()
      })

      it('gives nothing for what is only the folder of other keys, or below a key', async () => {
        await bucket.put('folder/of/keys', bytes('x'))
        expect(await bucket.get('folder/of')).toBeUndefined()
        expect(await bucket.get('folder/of/keys/below')).toBeUndefined()
      })

      it.each([
        ['nothing', 0],
        ['one byte', 1],
        ['8 MiB', 8 * 1024 * 1024],
      ])('gives %s back as it was put', async (_, sizeBytes) => {
        const body = randomBytes(sizeBytes)
        await bucket.put('bodies/one', body)
        const held = await bucket.get('bodies/one')
        expect(held?.body.byteLength).toBe(sizeBytes)
        expect(sha256(held?.body)).toBe(sha256(body))
      })

      it('gives the ETag that put gave', async () => {
        const put = await bucket.put('etags/one', bytes('first'))
        const changed = await bucket.put('etags/one', bytes('second'))
        expect(put.outcome === 'written' && changed.outcome === 'written' && put.etag !== changed.etag).toBe(true)
        expect(await bucket.get('etags/one')).toMatchObject(changed.outcome === 'written' ? { etag: changed.etag } : {})
      })

      it('refuses a body larger than the caller takes, and gives one that just fits', async () => {
        await bucket.put('bounded/one', bytes('12345'))
        await expect(bucket.get('bounded/one', { maxBytes: 4 })).rejects.toThrow(BucketError)
        await expect(bucket.get('bounded/one', { maxBytes: 4 })).rejects.toMatchObject({ effect: 'none' })
        expect(textOf(await bucket.get('bounded/one', { maxBytes: 5 }))).toBe('12345')
      })

      it('never sees half of a body that is being replaced', async () => {
        const bodies = ['a', 'b'].map((letter) => Buffer.alloc(1024 * 1024, letter))
        const known = new Set(bodies.map((body) => sha256(body)))
        await bucket.put('replaced/one', bodies[0] ?? bytes(''))
        let isDone = false
        const writing = (async () => {
          for (let round = 0; round < 20; round++) await bucket.put('replaced/one', bodies[round % 2] ?? bytes(''))
          isDone = true
        })()
        const seen: string[] = []
        while (!isDone) seen.push(sha256((await bucket.get('replaced/one'))?.body))
        await writing
        expect(seen.filter((hash) => !known.has(hash))).toEqual([])
      })
    })

    describe('put', () => {
      it('replaces what is there when no condition is set', async () => {
        await bucket.put('plain/one', bytes('old'))
        expect(await bucket.put('plain/one', bytes('new'))).toMatchObject({ outcome: 'written' })
        expect(textOf(await bucket.get('plain/one'))).toBe('new')
      })

      it('keeps the body as it was when the caller changes the array afterwards', async () => {
        const body = bytes('before')
        await bucket.put('plain/kept', body)
        body.fill(0)
        expect(textOf(await bucket.get('plain/kept'))).toBe('before')
      })

      it('writes if-absent once, and leaves the first body in place', async () => {
        expect(await bucket.put('absent/one', bytes('first'), { ifAbsent: true })).toMatchObject({ outcome: 'written' })
        expect(await bucket.put('absent/one', bytes('second'), { ifAbsent: true })).toMatchObject({ outcome: 'lost' })
        expect(textOf(await bucket.get('absent/one'))).toBe('first')
      })

      it('writes if-absent again after the key was deleted', async () => {
        await bucket.put('absent/again', bytes('first'), { ifAbsent: true })
        await bucket.delete(['absent/again'])
        expect(await bucket.put('absent/again', bytes('second'), { ifAbsent: true })).toMatchObject({
          outcome: 'written',
        })
      })

      it('writes if-matches with the current ETag only', async () => {
        const first = await writtenEtag(bucket, 'matches/one', 'first')
        const put = (body: string) => bucket.put('matches/one', bytes(body), { ifMatches: first })
        expect(await put('second')).toMatchObject({ outcome: 'written' })
        expect(await put('third')).toMatchObject({ outcome: 'lost' })
        expect(textOf(await bucket.get('matches/one'))).toBe('second')
      })

      it('loses if-matches on a key that never was, or is gone, and makes none', async () => {
        const etag = await writtenEtag(bucket, 'matches/gone', 'first')
        await bucket.delete(['matches/gone'])
        for (const key of ['matches/gone', 'matches/never']) {
          expect(await bucket.put(key, bytes('x'), { ifMatches: etag })).toMatchObject({ outcome: 'lost' })
          expect(await bucket.get(key)).toBeUndefined()
        }
      })

      it('tells its own time, if at all, in milliseconds since the epoch', async () => {
        const { storeAtMs = Date.UTC(2025) } = await bucket.put('plain/clock', bytes('x'))
        expect(new Date(storeAtMs).getUTCFullYear()).toBeGreaterThan(2024)
      })
    })

    describe('keys', () => {
      const good = [
        'good/k',
        'good/A.b_c~D=e-f',
        'good/dt=2026-01-01/hour=00/x.parquet',
        `good/${'x'.repeat(255)}`,
        `good/${`${'y'.repeat(99)}/`.repeat(10)}${'z'.repeat(19)}`,
      ]
      it.each(good.map((key) => [key.length > 40 ? `a key of ${key.length} bytes` : key, key]))(
        'takes %s',
        async (_, key) => {
          await bucket.put(key, bytes(key))
          expect(textOf(await bucket.get(key))).toBe(key)
          expect(await keysBelow(bucket, key)).toEqual([key])
          await bucket.delete([key])
          expect(await bucket.get(key)).toBeUndefined()
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
        `${'y'.repeat(127)}/`.repeat(8).concat('z'),
      ]
      it.each(bad.map((key) => [key.length > 40 ? `a key of ${key.length} bytes` : JSON.stringify(key), key]))(
        'refuses %s, and says which key and what was expected',
        async (_, key) => {
          await bucket.put('good/stays', bytes('x'))
          const calls = [
            () => bucket.get(key),
            () => bucket.put(key, bytes('x')),
            () => bucket.delete(['good/stays', key]),
          ]
          for (const call of calls) {
            const error = await call().catch((thrown: unknown) => thrown)
            expect(error).toMatchObject({ key, effect: 'none', message: expect.stringContaining('expected') })
            expect((error as Error).message).toContain(JSON.stringify(key))
          }
          expect(await bucket.get('good/stays')).toBeDefined()
        },
      )
    })

    describe('delete', () => {
      it('removes what is there and does not mind what is not', async () => {
        for (const key of ['delete/a', 'delete/b/c']) await bucket.put(key, bytes('x'))
        await bucket.delete(['delete/a', 'delete/never', 'delete/b/c', 'never/at/all'])
        await bucket.delete(['delete/a'])
        await bucket.delete([])
        expect(await bucket.list('delete/')).toEqual({ objects: [], more: false })
      })

      it('leaves the neighbours and the keys below', async () => {
        for (const key of ['left/a', 'left/ab', 'left/folder/b']) await bucket.put(key, bytes('x'))
        await bucket.delete(['left/a', 'left/folder'])
        expect(await keysBelow(bucket, 'left/')).toEqual(['left/ab', 'left/folder/b'])
      })

      it('removes more keys than a page holds', async () => {
        const keys = Array.from({ length: listPageSize + 50 }, (_, index) => `many/${index}`)
        await inParallel(keys, (key) => bucket.put(key, bytes('x')))
        await bucket.delete(keys)
        expect(await bucket.list('many/')).toEqual({ objects: [], more: false })
      })
    })

    describe('list', () => {
      const amount = 2_500
      const written = Array.from(
        { length: amount },
        (_, index) => `pages/${index % 7}/${String(index).padStart(5, '0')}`,
      )
      const sorted = written.toSorted()
      beforeAll(async () => {
        await inParallel(written, (key) => bucket.put(key, bytes(key.slice(-2))))
      }, 120_000)

      it('gives 2,500 keys complete and in order, over pages, and says whether there are more', async () => {
        const pages = await pagesOf(bucket, 'pages/', {})
        expect(pages.map(({ length }) => length)).toEqual([listPageSize, listPageSize, amount - 2 * listPageSize])
        expect(pages.flat().map(({ key }) => key)).toEqual(sorted)
        expect(new Set(pages.flat().map(({ sizeBytes }) => sizeBytes))).toEqual(new Set([2]))
      })

      it('never cuts silently, however large the page that was asked for', async () => {
        const page = await bucket.list('pages/', { limit: 5_000 })
        expect(page.more || page.objects.length === amount).toBe(true)
      })

      it.each([1, 3, 999])('keeps to a limit of %d', async (limit) => {
        const page = await bucket.list('pages/', { limit, startAfter: sorted[10] ?? '' })
        expect(page.objects.map(({ key }) => key)).toEqual(sorted.slice(11, 11 + limit))
        expect(page.more).toBe(true)
      })

      it('does not say that there are more when the last page is just full', async () => {
        const page = await bucket.list('pages/', { limit: 5, startAfter: sorted.at(-6) ?? '' })
        expect(page.objects.map(({ key }) => key)).toEqual(sorted.slice(-5))
        expect(page.more).toBe(false)
      })

      it.each([0, -1, 1.5, Number.NaN])('refuses a limit of %d', async (limit) => {
        await expect(bucket.list('pages/', { limit })).rejects.toThrow(/limit.*expected/)
      })

      it('takes a prefix that ends anywhere in a key', async () => {
        expect(await keysBelow(bucket, 'pages/3/0001')).toEqual(sorted.filter((key) => key.startsWith('pages/3/0001')))
        expect(await keysBelow(bucket, 'page')).toEqual(sorted)
        expect(await keysBelow(bucket, sorted[42] ?? '')).toEqual([sorted[42]])
      })

      it('starts after a key that is not there, before and after the prefix', async () => {
        const firstAfter = async (startAfter: string) =>
          (await bucket.list('pages/6/', { startAfter, limit: 1 })).objects[0]?.key
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
        await inParallel(wanted.toReversed(), (key) => bucket.put(key, bytes('x')))
        expect(await keysBelow(bucket, 'order/')).toEqual(wanted)
        for (const [index, startAfter] of wanted.entries()) {
          const { objects } = await bucket.list('order/', { startAfter })
          expect(objects.map(({ key }) => key)).toEqual(wanted.slice(index + 1))
        }
      })

      it('gives an empty page where nothing is', async () => {
        expect(await bucket.list('nothing/here')).toEqual({ objects: [], more: false })
      })

      it.each(['/', '../', 'a/../b', '.tmp', 'a b'])('refuses the prefix %s', async (prefix) => {
        await expect(bucket.list(prefix)).rejects.toThrow(/expected/)
      })
    })

    describe(`${racerCount} ${openElsewhere ? 'processes' : 'callers'} at once`, () => {
      let racers: Racer[]
      beforeAll(async () => {
        racers = await startRacers(racerCount, bucket, openElsewhere?.(bucket))
      })
      afterAll(() => Promise.all(racers.map((racer) => racer.end())))

      const race = async (makeJob: (racer: string) => RaceJob) => {
        const wins = await Promise.all(racers.map(async ({ name, run }) => ({ name, keys: await run(makeJob(name)) })))
        return wins.flatMap(({ name, keys }) => keys.map((key) => ({ name, key })))
      }

      it('put if-absent: of each key exactly one is the writer, and its body is there', async () => {
        const keys = Array.from({ length: rounds * 5 }, (_, index) => `race/absent/${index % 3}/${index}`)
        const wins = await race((racer) => ({ kind: 'put-if-absent', racer, keys }))
        expect(wins.map(({ key }) => key).toSorted()).toEqual(keys.toSorted())
        for (const { name, key } of wins) expect(textOf(await bucket.get(key))).toBe(name)
      })

      it('put if-matches: in each round exactly one wins, and its body is there', async () => {
        const key = 'race/matches'
        for (let round = 0; round < rounds; round++) {
          const etag = await writtenEtag(bucket, key, `round ${round}`)
          const wins = await race((racer) => ({ kind: 'put-if-matches', racer, key, etag }))
          expect(wins).toHaveLength(1)
          expect(textOf(await bucket.get(key))).toBe(wins[0]?.name)
        }
      })

      it('count together by if-matches: no number is left out and none comes twice', async () => {
        const key = 'race/count'
        const times = Math.ceil(rounds / 4)
        await bucket.put(key, bytes('0'))
        const wins = await race((racer) => ({ kind: 'count', racer, key, times }))
        const numbers = wins.map((win) => Number(win.key)).toSorted((a, b) => a - b)
        expect(numbers).toEqual(Array.from({ length: racerCount * times }, (_, index) => index + 1))
        expect(textOf(await bucket.get(key))).toBe(String(racerCount * times))
      })

      it('put and delete in one folder, and none takes it from under another', async () => {
        const surprises = await race((racer) => ({
          kind: 'come-and-go',
          racer,
          folder: 'race/come/and/go',
          times: rounds,
        }))
        expect(surprises).toEqual([])
        expect(await bucket.list('race/come/')).toEqual({ objects: [], more: false })
      })
    })

    it('behaves like a map of keys, whatever is done to it in whatever order', async () => {
      let run = 0
      await fc.assert(
        fc.asyncProperty(bucketCommands(), async (commands) => {
          const folder = `model/${run++}/`
          await fc.asyncModelRun(() => ({ model: emptyModel(folder), real: bucket }), commands)
        }),
        { numRuns: rounds },
      )
    })
  })
}

function bytes(text: string): Uint8Array {
  return Buffer.from(text)
}

function textOf(held: { body: Uint8Array } | undefined): string | undefined {
  return held && Buffer.from(held.body).toString()
}

function sha256(body: Uint8Array | undefined): string {
  return body ? createHash('sha256').update(body).digest('hex') : 'nothing'
}

async function writtenEtag(bucket: Bucket, key: string, body: string): Promise<string> {
  const put = await bucket.put(key, bytes(body))
  if (put.outcome !== 'written') throw new Error(`plain put of ${key}: ${put.outcome}, expected written`)
  return put.etag
}

async function pagesOf(bucket: Bucket, prefix: string, options: { limit?: number }): Promise<ListedObject[][]> {
  const pages: ListedObject[][] = []
  for (let startAfter: string | undefined; ; ) {
    const { objects, more } = await bucket.list(prefix, startAfter === undefined ? options : { ...options, startAfter })
    pages.push(objects)
    startAfter = objects.at(-1)?.key
    if (!more) return pages
  }
}

async function keysBelow(bucket: Bucket, prefix: string): Promise<string[]> {
  return (await pagesOf(bucket, prefix, {})).flat().map(({ key }) => key)
}

async function inParallel<T>(items: readonly T[], act: (item: T) => Promise<unknown>): Promise<void> {
  const waiting = [...items]
  const work = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await act(item)
  }
  await Promise.all(Array.from({ length: 16 }, work))
}
