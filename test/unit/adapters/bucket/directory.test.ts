import { mkdir, mkdtemp, readdir, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openDirectoryBucket } from '../../../../adapters/bucket/directory.ts'
import { systemClock } from '../../../../adapters/clock/system.ts'

const body = Buffer.from('body')
const nowMs = Date.UTC(2026, 0, 1, 12)
const clock = { ...systemClock, now: () => nowMs }

let root: string
beforeEach(async () => {
  root = join(await mkdtemp(join(tmpdir(), 'vitals-directory-')), 'a bucket')
})
afterEach(() => rm(join(root, '..'), { recursive: true }))

describe('opening', () => {
  it('makes the directory and those above it', async () => {
    const bucket = await openDirectoryBucket(join(root, 'deep', 'down'))
    await bucket.put('k', body)
    expect(await readdir(join(root, 'deep', 'down'))).toContain('k')
  })

  it('takes a path and a file URL for the same', async () => {
    const byPath = await openDirectoryBucket(`${root}/`)
    const byUrl = await openDirectoryBucket(pathToFileURL(root).href)
    await byPath.put('k', body)
    expect((await byUrl.get('k'))?.body).toEqual(body)
    expect(byPath.url).toBe(byUrl.url)
    expect(byPath.url).toMatch(/^file:\/\/\/.*\/a%20bucket$/)
  })

  it('says what is wrong when a file is in its place', async () => {
    await mkdir(join(root, '..'), { recursive: true })
    await writeFile(root, 'a file')
    await expect(openDirectoryBucket(root)).rejects.toThrow(/a%20bucket: EEXIST/)
  })

  it('sweeps drafts of dead runs when they are older than an hour, and leaves those of live ones', async () => {
    const drafts = join(root, '.tmp')
    await mkdir(drafts, { recursive: true })
    const ages = { old: 61, young: 59 }
    for (const [name, minutes] of Object.entries(ages)) {
      await writeFile(join(drafts, name), 'draft')
      const at = new Date(nowMs - minutes * 60_000)
      await utimes(join(drafts, name), at, at)
    }
    await openDirectoryBucket(root, { clock })
    expect(await readdir(drafts)).toEqual(['young'])
  })
})

describe('on disk', () => {
  it('lists no drafts, no lock, nothing whose name is no key, and follows no links', async () => {
    const bucket = await openDirectoryBucket(root)
    await bucket.put('site/report.html', body)
    await writeFile(join(root, '.tmp', 'draft'), 'x')
    await writeFile(join(root, '.DS_Store'), 'x')
    await writeFile(join(root, 'site', 'my notes.txt'), 'x')
    await symlink(root, join(root, 'loop'))
    const { objects } = await bucket.list('')
    expect(objects).toEqual([{ key: 'site/report.html', sizeBytes: 4, modifiedAtMs: expect.any(Number) }])
  })

  it('leaves no draft behind, whether a put is written, lost or fails', async () => {
    const bucket = await openDirectoryBucket(root)
    await bucket.put('a/b', body, { ifAbsent: true })
    await bucket.put('a/b', body, { ifAbsent: true })
    await bucket.put('a/b', body, { ifMatches: 'stale' })
    await expect(bucket.put('a', body)).rejects.toThrow()
    expect(await readdir(join(root, '.tmp'))).toEqual([])
  })

  it('makes the folder of the drafts anew when somebody tidied it away', async () => {
    const bucket = await openDirectoryBucket(root)
    await rm(join(root, '.tmp'), { recursive: true })
    expect(await bucket.put('k', body)).toMatchObject({ outcome: 'written' })
  })

  it('removes the folders that a delete empties, up to one that still holds something', async () => {
    const bucket = await openDirectoryBucket(root)
    for (const key of ['lake/samples/hour=1/x', 'lake/samples/hour=2/x']) await bucket.put(key, body)
    await bucket.delete(['lake/samples/hour=1/x'])
    expect(await readdir(join(root, 'lake', 'samples'))).toEqual(['hour=2'])
    await bucket.delete(['lake/samples/hour=2/x'])
    expect(await readdir(root)).not.toContain('lake')
  })

  it("tells the machine's own clock as the store's", async () => {
    const bucket = await openDirectoryBucket(root, { clock })
    expect(await bucket.put('k', body, { ifAbsent: true })).toMatchObject({ outcome: 'written', storeAtMs: nowMs })
    expect(await bucket.put('k', body, { ifAbsent: true })).toEqual({ outcome: 'lost', storeAtMs: nowMs })
  })
})

describe('when something is wrong', () => {
  it.each([
    ['a key that is a folder of others', 'folder', 'put folder in file:.*EISDIR.*other keys lie below'],
    ['a key below another', 'folder/key/below', 'put folder/key/below in file:.*ENOTDIR.*itself a key'],
  ])('refuses %s, whatever the condition', async (_, key, message) => {
    const bucket = await openDirectoryBucket(root)
    await bucket.put('folder/key', body)
    for (const condition of [undefined, { ifAbsent: true as const }]) {
      const error = await bucket.put(key, body, condition).catch((thrown: unknown) => thrown)
      expect(error).toMatchObject({ name: 'BucketError', effect: 'none', message: expect.stringMatching(message) })
    }
  })

  it('says that the directory is gone, and does not take that for an empty bucket or make it anew', async () => {
    const bucket = await openDirectoryBucket(root)
    await bucket.put('a/b', body)
    await rename(root, `${root} elsewhere`)
    const calls = [
      () => bucket.get('a/b'),
      () => bucket.list('a/'),
      () => bucket.list(''),
      () => bucket.put('a/b', body),
      () => bucket.put('a/b', body, { ifAbsent: true }),
    ]
    for (const call of calls) await expect(call()).rejects.toThrow(/ENOENT, the directory is gone/)
    expect(await readdir(join(root, '..'))).toEqual(['a bucket elsewhere'])
  })

  it('refuses to write once the directory was replaced: its lock would keep nobody out', async () => {
    const bucket = await openDirectoryBucket(root)
    await bucket.put('k', body)
    await rm(root, { recursive: true })
    const other = await openDirectoryBucket(root)
    await other.put('k', Buffer.from('of the other'))
    await expect(bucket.put('k', body)).rejects.toThrow(/was the directory replaced/)
    await expect(bucket.delete(['k'])).rejects.toThrow(/was the directory replaced/)
    expect((await other.get('k'))?.body).toEqual(Buffer.from('of the other'))
  })
})
