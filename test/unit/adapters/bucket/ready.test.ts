import { mkdtemp, rm } from 'node:fs/promises'
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
