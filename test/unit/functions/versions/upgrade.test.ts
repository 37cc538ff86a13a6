/** A newer version takes over what an earlier one left: buckets that those wrote themselves, and batches of their agents. */
import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readControl } from '../../../../adapters/control/control.ts'
import { readHistory } from '../../../../adapters/history/history.ts'
import { batchVersion } from '../../../../core/batch.ts'
import { unpackBatch } from '../../../../core/batch-bytes.ts'
import { batchDictionaryNumber } from '../../../../core/batch-dictionary.ts'
import { inboxPrefix, logPrefix, openNoticesPrefix, parseInboxKey } from '../../../../core/keys.ts'
import { readState } from '../../../../functions/evaluate/commit.ts'
import manifest from '../../../../package.json' with { type: 'json' }
import { readLakeSamples } from '../../../lake-contents.ts'
import { startMs } from '../../../make.ts'
import { createMemoryBucket, type MemoryBucket } from '../../../simulation/memory-bucket.ts'
import { act } from './older-functions.ts'

const fixtures = join(import.meta.dirname, '../../../fixtures/buckets')
const versions = globSync('*/vitals.json', { cwd: fixtures }).map((path) => path.split('/')[0] ?? '')
const hourMs = 3_600_000

async function bucketOf(version: string): Promise<MemoryBucket> {
  const bucket = createMemoryBucket({ now: () => startMs })
  const directory = join(fixtures, version)
  for (const entry of globSync('**', { cwd: directory, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath, entry.name)
    await bucket.put(path.slice(directory.length + 1), readFileSync(path))
  }
  return bucket
}

async function goOn(bucket: MemoryBucket) {
  for (const acting of ['evaluate', 'notify', 'rollup', 'report', 'enter'] as const) await act(acting, bucket)
}

it('has a bucket of the version that this is', () => {
  expect(existsSync(join(fixtures, manifest.version, 'vitals.json'))).toBe(true)
})

it('has batches of each schema and dictionary that agents of these versions send', () => {
  const found = new Set<string>()
  for (const path of globSync(`*/${inboxPrefix}**/*.zst`, { cwd: fixtures })) {
    const bytes = readFileSync(join(fixtures, path))
    const parsed = unpackBatch(bytes)
    if (!parsed.ok) throw new Error(`${path}: ${parsed.reason}`)
    found.add(`schema ${parsed.batch.header.v}`)
    found.add(`dictionary ${bytes.subarray(0, 2).equals(Buffer.from('502a', 'hex')) ? bytes[8] : 0}`)
  }
  for (let v = Math.max(1, batchVersion - 1); v <= batchVersion; v++) expect(found).toContain(`schema ${v}`)
  for (let number = 0; number <= batchDictionaryNumber; number++) expect(found).toContain(`dictionary ${number}`)
})

describe.each(versions)('a bucket of version %s', (version) => {
  it('is gone on with: nothing is lost, doubled or told twice', async () => {
    const bucket = await bucketOf(version)
    const sent = (await bucket.list(inboxPrefix)).objects.map(({ key }) => parseInboxKey(key))
    expect(sent).toEqual([expect.objectContaining({ seq: 1 }), expect.objectContaining({ seq: 3 })])
    await goOn(bucket)
    expect((await bucket.list(inboxPrefix)).objects).toEqual([])
    const hours = await Promise.all(
      [0, 1].map((hour) => readLakeSamples({ bucket, shard: 'all', hourMs: startMs + hour * hourMs })),
    )
    expect(hours.flat().map(({ host, atMs }) => [host, (atMs - startMs) / 60_000])).toEqual([
      ['web-1', 0],
      ['web-1', 1],
      ['web-1', 60],
      ['web-2', 90],
    ])
    const range = { fromMs: startMs, toMs: startMs + 2 * hourMs }
    for (const resolution of ['5m', '1h'] as const) {
      const { hosts, transitions, unreadable } = await readHistory({ bucket, shards: ['all'], resolution, ...range })
      const snapshots = [...(hosts.get('web-1')?.buckets ?? [])].map(({ snapshots: count }) => count)
      expect([snapshots.reduce((sum, count) => sum + count, 0), unreadable]).toEqual([3, []])
      expect(transitions.map(({ from, to }) => [from, to])).toEqual([
        ['ok', 'firing'],
        ['firing', 'no-data'],
        ['no-data', 'firing'],
      ])
      expect(new Set(transitions.map(({ incident }) => incident?.id)).size).toBe(1)
    }
    const notices = (await bucket.list(openNoticesPrefix)).objects.map(({ key }) => key)
    expect(notices).toHaveLength(1)
    const notice = JSON.parse(Buffer.from((await bucket.get(notices[0] ?? ''))?.body ?? []).toString())
    expect(notice.status).toMatchObject({ state: 'sent' })
    expect((await readControl(bucket)).control.acks).toHaveLength(1)
  })

  it('is the same after a second run of everything', async () => {
    const bucket = await bucketOf(version)
    await goOn(bucket)
    const { head } = (await readState(bucket, 'all')).state
    const before = bucket.etags()
    await goOn(bucket)
    expect((await readState(bucket, 'all')).state.head).toEqual(head)
    expect((await bucket.list(logPrefix('all'))).objects).toHaveLength(head?.n ?? 0)
    expect(bucket.etags()).toEqual(before)
  })
})
