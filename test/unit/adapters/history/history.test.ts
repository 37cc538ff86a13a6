import { describe, expect, it } from 'vitest'
import { readHistory } from '../../../../adapters/history/history.ts'
import { silentLog } from '../../../../adapters/log/port.ts'
import { pack } from '../../../../core/codec.ts'
import { writeRollup } from '../../../../core/rollup/rollup-file.ts'
import { rollupKey } from '../../../../core/rollup/rollup-keys.ts'
import { columnsOfRollup } from '../../../../core/rollup/to-columns.ts'
import { rollupShard } from '../../../../functions/rollup/rollup.ts'
import { rowsOf } from '../../../histories.ts'
import { minuteMs, startMs } from '../../../make.ts'
import { createLog, memoryBucket, sampleAt } from '../../functions/rollup/committed-log.ts'

const hourMs = 60 * minuteMs

async function rolledUp() {
  const bucket = memoryBucket()
  await createLog(bucket).commit([
    sampleAt(startMs, 'a'),
    sampleAt(startMs + 4 * minuteMs, 'a'),
    sampleAt(startMs + 5 * minuteMs, 'a'),
    sampleAt(startMs + hourMs, 'b'),
  ])
  await rollupShard({ bucket, shard: 'all', log: silentLog })
  return bucket
}

const common = { shards: ['all'], resolution: '5m' as const }

describe('readHistory', () => {
  it('gives the buckets that overlap the range, and those only', async () => {
    const bucket = await rolledUp()
    const { hosts, unreadable } = await readHistory({
      bucket,
      ...common,
      fromMs: startMs + minuteMs,
      toMs: startMs + 5 * minuteMs,
    })
    expect([...hosts]).toMatchObject([['a', { buckets: [{ startMs, snapshots: 2 }] }]])
    expect(rowsOf(hosts.get('a'), 'cpu.percent')).toMatchObject([{ startMs, count: 2 }])
    expect(unreadable).toEqual([])
  })

  it('leaves out buckets that end after the range when it is asked to', async () => {
    const bucket = await rolledUp()
    const range = { fromMs: startMs, toMs: startMs + 9 * minuteMs }
    const { hosts } = await readHistory({ bucket, ...common, ...range, endsInside: true })
    expect(hosts.get('a')?.buckets.map((one) => one.startMs)).toEqual([startMs])
    expect(rowsOf(hosts.get('a'), 'cpu.percent')).toMatchObject([{ startMs }])
  })

  it('gives the hosts that were asked for', async () => {
    const bucket = await rolledUp()
    const { hosts } = await readHistory({
      bucket,
      ...common,
      fromMs: startMs,
      toMs: startMs + 2 * hourMs,
      hosts: ['b', 'c'],
    })
    expect([...hosts.keys()]).toEqual(['b'])
  })

  it('gives the memory of large objects back when it is told to, and leaves alone what others may have parts of', async () => {
    const bucket = memoryBucket()
    const series = { 'cpu.percent': { count: 1, min: 1, max: 1, sum: 1, sketch: [0, 1] } }
    const buckets = Array.from({ length: 12 }, (_, at) => ({
      startMs: startMs + at * 5 * minuteMs,
      snapshots: 1,
      series,
      processes: [],
    }))
    const range = { fromMs: startMs, toMs: startMs + hourMs }
    const rowsAfter = async (count: number) => {
      const hosts = Object.fromEntries(Array.from({ length: count }, (_, host) => [`host-${host}`, buckets]))
      const rollup = { resolution: '5m' as const, shard: 'all', startMs, hosts, transitions: [], gaps: [] }
      await bucket.put(rollupKey('5m', 'all', startMs), pack(writeRollup(columnsOfRollup(rollup))))
      const history = await readHistory({ bucket, ...common, ...range })
      history.release()
      return history.hosts.get('host-0')?.series.get('cpu.percent')?.[0]?.columns.rowAt.length
    }
    expect(await rowsAfter(2_000)).toBe(0)
    expect(await rowsAfter(10)).toBe(120)
  })

  it('has nothing to tell of a time without data', async () => {
    const bucket = await rolledUp()
    const empty = await readHistory({ bucket, ...common, fromMs: 0, toMs: 3 * hourMs })
    expect(empty).toMatchObject({ hosts: new Map(), transitions: [], gaps: [], unreadable: [] })
  })

  it('tells what could not be read, and gives the rest', async () => {
    const bucket = await rolledUp()
    const key = rollupKey('5m', 'all', startMs)
    await bucket.put(key, Buffer.from('broken'))
    const { hosts, unreadable } = await readHistory({ bucket, ...common, fromMs: startMs, toMs: startMs + 2 * hourMs })
    expect([...hosts.keys()]).toEqual(['b'])
    expect(unreadable).toEqual([{ key, reason: expect.any(String) }])
  })
})
