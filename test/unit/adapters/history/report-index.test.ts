import { beforeEach, expect, it } from 'vitest'
import type { Bucket } from '../../../../adapters/bucket/port.ts'
import {
  addToReportIndex,
  dropFromReportIndex,
  type IndexedReport,
  readReportIndex,
} from '../../../../adapters/history/report-index.ts'
import { createMemoryBucket } from '../../../simulation/memory-bucket.ts'

const dayMs = 86_400_000
let bucket: Bucket
beforeEach(() => {
  bucket = createMemoryBucket({ now: () => 0 })
})

const entry = (id: string, madeOnDay: number): IndexedReport => ({
  id,
  title: id,
  generatedAtMs: madeOnDay * dayMs,
  fromMs: 0,
  toMs: 1,
})
const ids = async () => (await readReportIndex(bucket)).map(({ id }) => id)

it('leaves out those that are older than reports are kept when the next one is added', async () => {
  for (const [id, madeOnDay] of [
    ['a', 1],
    ['b', 5],
    ['c', 20],
  ] as const) {
    await addToReportIndex(bucket, entry(id, madeOnDay), { keepReportsDays: 15 })
  }
  expect(await ids()).toEqual(['c', 'b'])
})

it('lists a report once, however often it is added', async () => {
  for (let time = 0; time < 2; time++) await addToReportIndex(bucket, entry('a', 1))
  expect(await ids()).toEqual(['a'])
})

it('goes on listing one that was made again long after it was listed first', async () => {
  for (const madeOnDay of [1, 20]) await addToReportIndex(bucket, entry('a', madeOnDay), { keepReportsDays: 15 })
  await addToReportIndex(bucket, entry('b', 21), { keepReportsDays: 15 })
  expect(await ids()).toEqual(['b', 'a'])
})

it('drops what is named, whatever two runs do at once', async () => {
  for (const [index, id] of ['a', 'b', 'c', 'd'].entries()) await addToReportIndex(bucket, entry(id, index))
  await Promise.all([
    dropFromReportIndex(bucket, new Set(['a', 'b'])),
    dropFromReportIndex(bucket, new Set(['b', 'c'])),
    addToReportIndex(bucket, entry('e', 4)),
  ])
  expect(await ids()).toEqual(['e', 'd'])
})

it('writes nothing when there is nothing to drop, not even an empty list', async () => {
  await dropFromReportIndex(bucket, new Set(['a']))
  expect((await bucket.list('')).objects).toEqual([])
})

it('makes nothing of a damaged list worse', async () => {
  await bucket.put('site/reports/index.json', Buffer.from('{'))
  await dropFromReportIndex(bucket, new Set(['a']))
  expect(await ids()).toEqual([])
  await addToReportIndex(bucket, entry('a', 1))
  expect(await ids()).toEqual(['a'])
})
