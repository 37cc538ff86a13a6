/** The drills of docs/operations.md: a copy that is made while functions run, a restore, a move. By the lists that stand there. */
import { readFileSync } from 'node:fs'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { openDirectoryBucket } from '../../../adapters/bucket/directory.ts'
import type { Bucket } from '../../../adapters/bucket/port.ts'
import { inboxPrefix, openNoticesPrefix } from '../../../core/keys.ts'
import { readLakeSamples } from '../../lake-contents.ts'
import { minuteMs, startMs } from '../../make.ts'
import { act, layOut, sendTo } from './versions/older-functions.ts'

const page = readFileSync(new URL('../../../docs/operations.md', import.meta.url), 'utf8')

/** `for p in …; do aws s3 sync FROM TO`: the prefixes, in their order. */
function prefixesOf(way: string): string[] {
  const loops = [...page.matchAll(/for p in ([^;]+); do\n(.*?)done/gs)]
  const [, list = ''] = loops.find(([, , body = '']) => body.includes(way)) ?? []
  expect(list).not.toBe('')
  return list.split(' ')
}
const backupOrder = prefixesOf('$MONITOR_BUCKET s3://my-backup')
const restoreOrder = prefixesOf('s3://my-backup $MONITOR_BUCKET')
/** `sync --delete` of these. */
const emptied = ['inbox', 'notices']

const home = await mkdtemp(join(tmpdir(), 'vitals-restore-'))
afterAll(() => rm(home, { recursive: true }))

/** A directory that is a bucket, and what was sent into it. */
interface Place {
  path: string
  bucket: Bucket
}
let count = 0
async function newPlace(): Promise<Place> {
  const path = join(home, String(++count))
  return { path, bucket: await openDirectoryBucket(path) }
}

let atMs: number
let seq: number
beforeEach(() => {
  atMs = startMs
  seq = 0
})

/** A minute of life: what the agent has sent is taken, told and rolled up. */
async function live({ bucket }: Place) {
  atMs += minuteMs
  await sendTo(bucket, ++seq, atMs)
  for (const acting of ['evaluate', 'notify', 'rollup'] as const) await act(acting, bucket, { atMs })
}

async function copyAll(
  prefixes: readonly string[],
  from: Place,
  to: Place,
  meanwhile: () => Promise<void> = async () => {},
) {
  for (const prefix of prefixes) {
    if (emptied.includes(prefix)) await rm(join(to.path, prefix), { recursive: true, force: true })
    await cp(join(from.path, prefix), join(to.path, prefix), { recursive: true, preserveTimestamps: true }).catch(
      (error: NodeJS.ErrnoException) => {
        // Nothing of that kind is there.
        if (error.code !== 'ENOENT') throw error
      },
    )
    await meanwhile()
  }
}

/** Minutes since the beginning, of each sample in the lake. */
async function inLake({ bucket }: Place): Promise<number[]> {
  const samples = await readLakeSamples({ bucket, shard: 'all', hourMs: startMs })
  return samples.map((sample) => (sample.atMs - startMs) / minuteMs).sort((a, b) => a - b)
}

const upTo = (most: number) => Array.from({ length: most }, (_, index) => index + 1)

describe('a bucket', () => {
  it('that was copied while functions ran, in the order of the page, is gone on with: nothing sent before is lost or doubled', async () => {
    const [live1, backup, restored] = [await newPlace(), await newPlace(), await newPlace()]
    await layOut(live1.bucket)
    for (let minute = 1; minute <= 4; minute++) {
      if (minute === 2) await copyAll(backupOrder, live1, backup)
      await live(live1)
    }
    // Taken by nobody when the copy begins.
    atMs += minuteMs
    await sendTo(live1.bucket, ++seq, atMs)
    const sentBefore = seq
    await copyAll(backupOrder, live1, backup, () => live(live1))
    await copyAll(restoreOrder, backup, restored)
    // Nobody is called down for the time that is missing.
    atMs += 20 * minuteMs
    for (const _ of ['once', 'again']) {
      for (const acting of ['evaluate', 'notify', 'rollup'] as const)
        await act(acting, restored.bucket, { atMs: atMs + minuteMs })
    }
    const found = await inLake(restored)
    expect(found.slice(0, sentBefore)).toEqual(upTo(sentBefore))
    expect(new Set(found).size).toBe(found.length)
    expect((await restored.bucket.list(inboxPrefix)).objects).toEqual([])
    const notices = (await restored.bucket.list(openNoticesPrefix)).objects
    expect(notices).toHaveLength(1)
    const [{ key } = { key: '' }] = notices
    expect(JSON.parse(Buffer.from((await restored.bucket.get(key))?.body ?? []).toString()).status.state).toBe('sent')
    // And agents go on sending to it.
    seq += 10
    await live(restored)
    expect(await inLake(restored)).toEqual([...found, (atMs - startMs) / minuteMs])
  })

  it('that is restored in part takes nothing until state is there, and begins nothing anew', async () => {
    const [live1, restored] = [await newPlace(), await newPlace()]
    await layOut(live1.bucket)
    for (let minute = 1; minute <= 3; minute++) await live(live1)
    expect(restoreOrder.at(-1)).toBe('state')
    await copyAll(restoreOrder.slice(0, -1), live1, restored)
    atMs += minuteMs
    const sent = await sendTo(restored.bucket, ++seq, atMs)
    await expect(act('evaluate', restored.bucket, { atMs })).rejects.toThrow(
      /state\/v1\/all\.json\.zst is gone, and the log has log\/.*expected state as it was committed last; put it back, or make it again/,
    )
    expect((await restored.bucket.list(inboxPrefix)).objects.map(({ key }) => key)).toEqual([sent])
    await copyAll(['state'], live1, restored)
    await act('evaluate', restored.bucket, { atMs })
    await act('rollup', restored.bucket, { atMs })
    expect(await inLake(restored)).toEqual(upTo(4))
  })

  it('that moved takes what agents still send to the old one, however often that is copied', async () => {
    const [old, moved] = [await newPlace(), await newPlace()]
    await layOut(old.bucket)
    for (let minute = 1; minute <= 3; minute++) await live(old)
    await cp(old.path, moved.path, { recursive: true, preserveTimestamps: true })
    for (let batch = 0; batch < 3; batch++) {
      atMs += minuteMs
      await sendTo(old.bucket, ++seq, atMs)
      await copyAll(['inbox'], old, moved)
      for (const acting of ['evaluate', 'rollup'] as const) await act(acting, moved.bucket, { atMs })
      await copyAll(['inbox'], old, moved)
    }
    await live(moved)
    expect(await inLake(moved)).toEqual(upTo(7))
  })
})
