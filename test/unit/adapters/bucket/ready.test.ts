import { watch } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, expect, it } from 'vitest'
import { openLaidOutBucket, openReadyBucket } from '../../../../adapters/bucket/ready.ts'
import { systemRandom } from '../../../../adapters/clock/system.ts'
import { silentLog } from '../../../../adapters/log/port.ts'

const directory = await mkdtemp(join(tmpdir(), 'vitals-ready-'))
afterAll(() => rm(directory, { recursive: true }))

it('lays a new bucket out, and leaves nothing of its probe in it', async () => {
  const bucketUrl = pathToFileURL(directory).href
  const open = (wanted: 1 | 16) =>
    openReadyBucket({
      settings: { bucketUrl, shardCount: wanted, singleWriter: false },
      random: systemRandom,
      log: silentLog,
    })
  await expect(openLaidOutBucket({ bucketUrl })).rejects.toThrow('there is none: evaluate writes it')
  const { bucket, shardCount } = await open(16)
  expect(await openLaidOutBucket({ bucketUrl })).toMatchObject({ shardCount: 16 })
  expect(shardCount).toBe(16)
  expect((await bucket.list('')).objects.map(({ key }) => key)).toEqual(['vitals.json'])
  await expect(open(1)).rejects.toThrow('the bucket has 16 shards')
})

it('leaves a bucket of a newer version as it is: not even the probe is written', async () => {
  const newer = await mkdtemp(join(tmpdir(), 'vitals-newer-'))
  await writeFile(join(newer, 'vitals.json'), '{"v":2,"regions":[]}')
  const bucketUrl = pathToFileURL(newer).href
  const written: string[] = []
  const watching = watch(newer, { recursive: true }, (_, name) => written.push(String(name)))
  const settings = { bucketUrl, shardCount: 1, singleWriter: false } as const
  const refusal = /vitals\.json in file:.*version 2, this build knows up to 1: a newer Vitals wrote it/
  await expect(openReadyBucket({ settings, random: systemRandom, log: silentLog })).rejects.toThrow(refusal)
  await expect(openLaidOutBucket({ bucketUrl })).rejects.toThrow(refusal)
  watching.close()
  expect(written.filter((name) => /probe/.test(name))).toEqual([])
  expect(await readFile(join(newer, 'vitals.json'), 'utf8')).toBe('{"v":2,"regions":[]}')
  await rm(newer, { recursive: true })
})
