import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createCloudWatchSink } from '../../../../adapters/metrics/cloudwatch.ts'
import { openMetrics } from '../../../../adapters/metrics/open.ts'
import type { MetricPoint } from '../../../../adapters/metrics/port.ts'
import { makeSettings } from '../../../make.ts'
import { createManualClock } from '../../functions/notify/manual-clock.ts'
import { type LocalCloudWatch, type Misbehave, refuseWith, startCloudWatch } from './cloudwatch-server.ts'

const clock = createManualClock()
const credentials = { accessKeyId: 'test', secretAccessKey: 'test' }

const closers: (() => Promise<unknown>)[] = []
beforeEach(() => {
  // Whatever this machine knows of AWS is no part of these tests.
  for (const name of ['AWS_REGION', 'AWS_DEFAULT_REGION', 'AWS_PROFILE', 'AWS_ENDPOINT_URL'])
    vi.stubEnv(name, undefined)
  for (const name of ['AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE']) vi.stubEnv(name, '/nowhere')
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await Promise.all(closers.splice(0).map((close) => close()))
})

async function serve(...misbehave: (Misbehave | undefined)[]): Promise<LocalCloudWatch> {
  const server = await startCloudWatch(...misbehave)
  closers.push(server.close)
  return server
}

const makePoints = (count: number): MetricPoint[] =>
  Array.from({ length: count }, (_, index) => ({
    name: 'mem_used_percent',
    unit: 'Percent' as const,
    dimensions: { host: `web-${index}` },
    startMs: clock.now(),
    resolutionSeconds: 60 as const,
    values: [10, 10, 30.5],
  }))

async function send(
  { url }: { url: string },
  points = makePoints(1),
  { signal = AbortSignal.timeout(20_000), answerMs = 10_000 } = {},
) {
  const aws = { endpoint: url, region: 'eu-west-1', credentials }
  const sink = await createCloudWatchSink({ namespace: 'CWAgent', clock, aws, timeouts: { connectMs: 500, answerMs } })
  expect(sink.destination).toBe('CloudWatch CWAgent in eu-west-1')
  return await sink.send(points, { signal })
}

describe('CloudWatch', () => {
  it('is given values and their counts, at their time', async () => {
    const server = await serve()
    expect(await send(server)).toEqual({ unsent: [], lostValues: 0 })
    expect(server.calls).toEqual([
      {
        Namespace: 'CWAgent',
        MetricData: [
          {
            MetricName: 'mem_used_percent',
            Unit: 'Percent',
            Dimensions: [{ Name: 'host', Value: 'web-0' }],
            Timestamp: clock.now() / 1_000,
            StorageResolution: 60,
            Values: [10, 30.5],
            Counts: [2, 1],
          },
        ],
      },
    ])
  })

  it('is given nothing where there is nothing', async () => {
    const server = await serve()
    expect(await send(server, [])).toEqual({ unsent: [], lostValues: 0 })
    expect(server.calls).toEqual([])
  })

  it.each([
    ['its token', refuseWith('ExpiredTokenException', 'The security token is expired', 403), 'get new credentials'],
    ['its key', refuseWith('UnrecognizedClientException', 'The security token is invalid', 403), 'AWS_ACCESS_KEY_ID'],
    ['its rights', refuseWith('AccessDeniedException', 'Not authorized', 403), 'allow cloudwatch:PutMetricData'],
    ['its pace', refuseWith('ThrottlingException', 'Rate exceeded'), 'Rate exceeded'],
  ])('may be given again what it refused for %s', async (_, misbehave, helps) => {
    const server = await serve(misbehave)
    const points = makePoints(2)
    const outcome = await send(server, points)
    expect(outcome).toEqual({ failure: expect.stringContaining(helps), unsent: points, lostValues: 0 })
    expect(server.calls).toHaveLength(1)
  })

  it.each<[string, Misbehave]>([
    ['fails', refuseWith('InternalServiceFault', 'Oh no', 500)],
    ['is overloaded', refuseWith('ServiceUnavailable', 'Later', 503)],
    ['hangs up', (response) => response.destroy()],
    ['says nothing', () => {}],
    [
      'stops in the middle of its answer',
      (response) => {
        response.writeHead(200, { 'content-length': '1000' })
        response.write('{')
      },
    ],
  ])('is not given twice what it may have taken: it %s', async (_, misbehave) => {
    const server = await serve(misbehave)
    const outcome = await send(server, makePoints(2), { answerMs: 200 })
    expect(outcome).toEqual({ failure: expect.stringMatching(/\w/), unsent: [], lostValues: 6 })
    expect(server.calls).toHaveLength(1)
  })

  it('is given the next call after one that it refuses for what is in it', async () => {
    const server = await serve(refuseWith('InvalidParameterValueException', 'The parameter … is invalid.'))
    const outcome = await send(server, makePoints(1_001))
    expect(outcome).toEqual({ failure: expect.stringContaining('invalid'), unsent: [], lostValues: 3_000 })
    expect(server.calls.map(({ MetricData }) => MetricData.length)).toEqual([1_000, 1])
  })

  it('is given nothing more for now when a call fails: what it took already does not come again', async () => {
    const server = await serve(undefined, refuseWith('ThrottlingException', 'Rate exceeded'))
    const points = makePoints(2_500)
    const outcome = await send(server, points)
    expect(outcome).toEqual({
      failure: 'Rate exceeded (ThrottlingException, 400)',
      unsent: points.slice(1_000),
      lostValues: 0,
    })
    expect(server.calls).toHaveLength(2)
  })

  it('is given the rest later when it is not known whether a call was taken', async () => {
    const server = await serve((response) => response.destroy())
    const points = makePoints(1_001)
    const outcome = await send(server, points)
    expect(outcome).toMatchObject({ unsent: points.slice(1_000), lostValues: 3_000 })
  })

  it('is told from the network: what reached nobody may be sent again', async () => {
    const server = await startCloudWatch()
    await server.close()
    const points = makePoints(1)
    expect(await send(server, points)).toEqual({
      failure: expect.stringContaining('is AWS_ENDPOINT_URL right?'),
      unsent: points,
      lostValues: 0,
    })
  })

  it('is given nothing once the signal is aborted', async () => {
    const server = await serve()
    const points = makePoints(1)
    expect(await send(server, points, { signal: AbortSignal.abort() })).toMatchObject({ unsent: points, lostValues: 0 })
    expect(server.calls).toEqual([])
  })

  it('lets an interrupted call be lost', async () => {
    const stop = new AbortController()
    const server = await serve(() => stop.abort())
    expect(await send(server, makePoints(1), { signal: stop.signal })).toMatchObject({ unsent: [], lostValues: 3 })
  })

  it('tells what it would not take, and is given the others', async () => {
    const server = await serve()
    const [old, fresh] = makePoints(2)
    const points = [{ ...old, startMs: 0 }, fresh] as MetricPoint[]
    expect(await send(server, points)).toEqual({ failure: expect.stringContaining('clock'), unsent: [], lostValues: 3 })
    expect(server.calls[0]?.MetricData).toHaveLength(1)
  })
})

describe('openMetrics', () => {
  it('opens nothing unless it is asked for', async () => {
    expect(await openMetrics({ settings: makeSettings(), clock })).toBeUndefined()
  })

  it('opens CloudWatch with the namespace that is set', async () => {
    vi.stubEnv('AWS_REGION', 'eu-central-1')
    const settings = makeSettings({ cloudwatch: true, cloudwatchNamespace: 'Ops/Hosts' })
    expect((await openMetrics({ settings, clock }))?.destination).toBe('CloudWatch Ops/Hosts in eu-central-1')
  })

  it('fails at once without a region', async () => {
    const opening = openMetrics({ settings: makeSettings({ cloudwatch: true }), clock })
    await expect(opening).rejects.toThrow('metrics to CloudWatch: Region is missing; set AWS_REGION')
  })
})
