import { describe, expect, it, vi } from 'vitest'
import { createEmbeddedRenderer } from '../../../../../adapters/charts/embedded.ts'
import { ChartError, type ChartRenderer, type ChartRequest } from '../../../../../adapters/charts/port.ts'
import { systemClock } from '../../../../../adapters/clock/system.ts'
import { silentLog } from '../../../../../adapters/log/port.ts'
import type { HostState } from '../../../../../core/shard/state.ts'
import { createEvidence } from '../../../../../functions/notify/evidence/gather.ts'
import { rollupShard } from '../../../../../functions/rollup/rollup.ts'
import { makeSnapshot, minuteMs, startMs } from '../../../../make.ts'
import { createLog, memoryBucket, sampleAt } from '../../rollup/committed-log.ts'
import { makeNotice, putState } from '../make-notice.ts'

const hourMs = 60 * minuteMs
const endMs = startMs + 6 * hourMs
const notice = makeNotice({ atMs: endMs, startedAtMs: endMs - 10 * minuteMs })

/** Six hours at 20 %, the fourth of them missing; the last hour, at 95 %, is not rolled up yet. */
async function bucketOfHours() {
  const bucket = memoryBucket()
  const log = createLog(bucket)
  const minutes = Array.from({ length: 300 }, (_, minute) => minute).filter((minute) => minute < 180 || minute >= 240)
  const processes = { top: [{ pid: 7, name: 'nginx', rssBytes: 1e6, startedAtMs: startMs - hourMs }] }
  await log.commit(
    minutes.map((minute) => sampleAt(startMs + minute * minuteMs, 'web-1', { cpu: { percent: 20 }, processes })),
  )
  const kernel = { what: 'kernel', before: '6.1.1', after: '6.1.2' } as const
  await log.commit([
    { ...sampleAt(startMs + 250 * minuteMs + 1, 'web-1', { cpu: { percent: 20 }, processes }), changes: [kernel] },
  ])
  await rollupShard({ bucket, log: silentLog, shard: 'all' })
  const recent = Array.from({ length: 60 }, (_, minute) => ({
    minuteMs: endMs - (60 - minute) * minuteMs,
    cpuPercent: 95,
  }))
  const latest = makeSnapshot({
    atMs: endMs,
    processes: { top: [{ pid: 9, name: 'backup', startedAtMs: endMs - 12 * minuteMs }] },
  })
  await putState(bucket, { hosts: { 'web-1': { recent, latest } as unknown as HostState } })
  return bucket
}

interface Drawn {
  label: string
  data: (number | null)[]
}

function recording(png = Buffer.from('png')) {
  const asked: ChartRequest[] = []
  const charts: ChartRenderer = {
    name: 'recording',
    render: async (request) => {
      asked.push(request)
      return png
    },
  }
  return { charts, asked }
}

const deps = { clock: systemClock, log: silentLog, timeZone: 'UTC' }

describe('the evidence of a notice', () => {
  it('is a line of the hours before, rolled up or not yet, its gap a gap, its threshold, and the numbers in words', async () => {
    const { charts, asked } = recording()
    const evidence = await createEvidence({ ...deps, bucket: await bucketOfHours(), charts })([notice])
    const { chart } = evidence.get(notice.id) ?? {}
    expect(chart).toMatchObject({
      width: 552,
      height: 258,
      alt: 'CPU of web-1, 12:00 to 18:00: lowest 20.0 % at 12:00, highest 95.0 % at 17:00, last 95.0 %; threshold 80 %; no data for 1 h.',
    })
    const [request] = asked as [ChartRequest]
    const { datasets } = request.chart.data as unknown as { datasets: Drawn[] }
    const [line, threshold, alert] = datasets as [Drawn, Drawn, Drawn]
    expect(line.data).toHaveLength(72)
    expect(line.data.slice(0, 2)).toEqual([20, 20])
    expect(line.data.filter((point) => point === null)).toHaveLength(12)
    expect(line.data.slice(-3)).toEqual([95, 95, 95])
    expect([threshold.label, new Set(threshold.data)]).toEqual(['Threshold 80 %', new Set([80])])
    expect(alert.data.filter((point) => point !== null).length).toBeLessThanOrEqual(4)
  })

  it('tells what changed: in the rollups, and what began since', async () => {
    const evidence = await createEvidence({ ...deps, bucket: await bucketOfHours(), charts: recording().charts })([
      notice,
    ])
    expect(evidence.get(notice.id)?.changes).toEqual(['17:48 backup: started', '16:10 kernel: 6.1.1 → 6.1.2'])
  })

  it('is drawn here, by the renderer of the reports', async () => {
    const bucket = await bucketOfHours()
    const evidence = await createEvidence({ ...deps, bucket, charts: createEmbeddedRenderer() })([notice])
    const png = Buffer.from(evidence.get(notice.id)?.chart?.png ?? [])
    expect([png.subarray(1, 4).toString(), png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual(['PNG', 1100, 515])
    expect(png.byteLength).toBeLessThan(40_000)
  })

  it('is of firing and escalated, and of the three worst of a group', async () => {
    const { charts, asked } = recording()
    const bucket = await bucketOfHours()
    const group = Array.from({ length: 5 }, (_, index) =>
      makeNotice({ ...notice, id: `n${index}`, severity: index === 4 ? 'critical' : 'warning' }),
    )
    const evidence = await createEvidence({ ...deps, bucket, charts })(group)
    expect([...evidence.keys()]).toEqual(['n4', 'n0', 'n1'])
    asked.length = 0
    for (const kind of ['resolved', 'repeat', 'amended', 'test'] as const) {
      expect(await createEvidence({ ...deps, bucket, charts })([makeNotice({ ...notice, kind })])).toEqual(new Map())
    }
    expect(asked).toEqual([])
  })

  it('is a picture of nothing that has no line: a finding, a metric of rules alone, a host without data', async () => {
    const { charts, asked } = recording()
    const bucket = await bucketOfHours()
    const { about: _, ...finding } = notice
    for (const one of [
      { ...finding, rule: 'finding' },
      makeNotice({ ...notice, about: { kind: 'threshold', metric: 'core.percent', agg: 'avg', op: '>' }, entity: '3' }),
      makeNotice({ ...notice, host: 'web-2' }),
    ]) {
      expect((await createEvidence({ ...deps, bucket, charts })([one])).get(one.id)?.chart).toBeUndefined()
    }
    expect(asked).toEqual([])
  })
})

describe('nothing that is wrong with it holds up a notice', () => {
  it.each<[string, ChartRenderer['render']]>([
    ['fails', () => Promise.reject(new ChartError('no canvas'))],
    ['never answers', () => new Promise(() => {})],
  ])('where the renderer %s, what changed is told all the same', async (_, render) => {
    const bucket = await bucketOfHours()
    const charts = { name: 'broken', render: vi.fn(render) }
    const began = performance.now()
    const evidence = await createEvidence({ ...deps, bucket, charts, deadlineMs: 200 })([notice])
    expect(performance.now() - began).toBeLessThan(3_000)
    expect(charts.render).toHaveBeenCalled()
    expect(evidence.get(notice.id)?.chart).toBeUndefined()
    expect(evidence.get(notice.id)?.changes).toHaveLength(2)
  })

  it('where the store is away, or hangs, there is none', async () => {
    const { charts } = recording()
    for (const get of [() => Promise.reject(new Error('away')), () => new Promise<never>(() => {})]) {
      const bucket = { ...memoryBucket(), get }
      const evidence = await createEvidence({ ...deps, bucket, charts, deadlineMs: 100 })([notice])
      expect(evidence.get(notice.id) ?? { changes: [] }).toEqual({ changes: [] })
    }
  })

  it('no second message of the run waits where one waited in vain', async () => {
    const bucket = await bucketOfHours()
    const render = vi.fn(() => new Promise<never>(() => {}))
    const gather = createEvidence({ ...deps, bucket, charts: { name: 'broken', render }, deadlineMs: 200 })
    await gather([notice])
    expect(await gather([makeNotice({ ...notice, id: 'other', host: 'web-1', incident: 'b'.repeat(12) })])).toEqual(
      new Map(),
    )
    expect(render).toHaveBeenCalledTimes(1)
  })

  it('what several receivers are told is drawn once', async () => {
    const { charts, asked } = recording()
    const gather = createEvidence({ ...deps, bucket: await bucketOfHours(), charts })
    const [one, two] = await Promise.all([gather([notice]), gather([{ ...notice, id: 'pager', receiver: 'pager' }])])
    expect([one.get(notice.id)?.chart, two.get('pager')?.chart]).toEqual([expect.anything(), expect.anything()])
    expect(asked).toHaveLength(1)
  })
})
