import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, it } from 'vitest'
import { openBucket } from '../../../../adapters/bucket/open.ts'

it('opens a directory for a file URL', async () => {
  const root = await mkdtemp(join(tmpdir(), 'vitals-open-'))
  const bucket = await openBucket(pathToFileURL(root).href)
  await bucket.put('k', Buffer.from('x'))
  expect((await bucket.list('')).objects).toEqual([{ key: 'k', sizeBytes: 1, modifiedAtMs: expect.any(Number) }])
  await rm(root, { recursive: true })
})

it.each([
  ['s3://name/a b', 'expected s3://name or s3://name/prefix'],
  ['https://name.s3.amazonaws.com', 'expected file:///absolute/path or s3://name/prefix'],
  ['file:relative/path', 'expected file:///absolute/path'],
  ['file://host/path', 'expected file:///absolute/path'],
  ['/srv/vitals', 'expected file:///absolute/path'],
  ['', 'expected file:///absolute/path'],
])('refuses %s and says what was expected', async (url, message) => {
  await expect(openBucket(url)).rejects.toThrow(message)
  await expect(openBucket(url)).rejects.toThrow(`bucket ${JSON.stringify(url)}`)
})
