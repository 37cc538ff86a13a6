/** CloudWatch as LocalStack plays it, with the agent's adapter and with a real agent. */
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import {
  CloudWatchClient,
  type Datapoint,
  type Dimension,
  GetMetricDataCommand,
  GetMetricStatisticsCommand,
} from '@aws-sdk/client-cloudwatch'
import { beforeAll, expect, it } from 'vitest'
import { systemClock } from '../../adapters/clock/system.ts'
import { createCloudWatchSink } from '../../adapters/metrics/cloudwatch.ts'
import { localStackEnvironment } from '../../infra/localstack/access.ts'
import { useLocalStack } from './use.ts'

const minuteMs = 60_000
const cli = join(import.meta.dirname, '..', '..', 'cli', 'main.ts')

let url: string
beforeAll(() => {
  url = useLocalStack()
})

/** LocalStack finds dimensions by substring: of one length, no name is a part of another. */
const newHost = () => `host-${randomBytes(8).toString('hex')}`

async function statistics(namespace: string, name: string, dimensions: Record<string, string>): Promise<Datapoint[]> {
  const { Datapoints = [] } = await new CloudWatchClient().send(
    new GetMetricStatisticsCommand({
      Namespace: namespace,
      MetricName: name,
      Dimensions: Object.entries(dimensions).map(([Name, Value]): Dimension => ({ Name, Value })),
      StartTime: new Date(Date.now() - 60 * minuteMs),
      EndTime: new Date(Date.now() + 2 * minuteMs),
      Period: 3 * 3_600,
      Statistics: ['SampleCount', 'Sum', 'Minimum', 'Maximum'],
    }),
  )
  return Datapoints
}

/** As dashboards and alarms read: one value a minute. */
async function metricData(name: string, dimensions: Record<string, string>, stat: string): Promise<number[]> {
  const metric = {
    Namespace: 'CWAgent',
    MetricName: name,
    Dimensions: Object.entries(dimensions).map(([Name, Value]): Dimension => ({ Name, Value })),
  }
  const { MetricDataResults = [] } = await new CloudWatchClient().send(
    new GetMetricDataCommand({
      StartTime: new Date(Date.now() - 60 * minuteMs),
      EndTime: new Date(Date.now() + 2 * minuteMs),
      MetricDataQueries: [{ Id: 'm', MetricStat: { Metric: metric, Period: 60, Stat: stat } }],
    }),
  )
  return MetricDataResults.flatMap(({ Values = [] }) => Values)
}

it('keeps each value with its count, its unit and its dimensions', async () => {
  const host = newHost()
  const sink = await createCloudWatchSink({ namespace: 'CWAgent', clock: systemClock })
  const span = { startMs: Math.floor(Date.now() / minuteMs) * minuteMs, resolutionSeconds: 60 } as const
  const outcome = await sink.send(
    [
      { name: 'cpu_usage_active', unit: 'Percent', dimensions: { host }, ...span, values: [10, 10, 30.5] },
      { name: 'disk_used_percent', unit: 'Percent', dimensions: { host, path: '/' }, ...span, values: [93] },
      { name: 'processes_total', unit: 'Count', dimensions: { host }, ...span, values: [212] },
    ],
    { signal: AbortSignal.timeout(20_000) },
  )
  expect(outcome).toEqual({ unsent: [], lostValues: 0 })
  expect(await statistics('CWAgent', 'cpu_usage_active', { host })).toMatchObject([
    { SampleCount: 3, Sum: 50.5, Minimum: 10, Maximum: 30.5, Unit: 'Percent' },
  ])
  expect(await statistics('CWAgent', 'disk_used_percent', { host, path: '/' })).toMatchObject([{ Sum: 93 }])
  expect(await statistics('CWAgent', 'processes_total', { host })).toMatchObject([{ Sum: 212, Unit: 'Count' }])
  expect(await metricData('cpu_usage_active', { host }, 'Sum')).toEqual([50.5])
  expect(await metricData('cpu_usage_active', { host }, 'SampleCount')).toEqual([3])
})

it('takes as many metrics as a call may have', async () => {
  const host = newHost()
  const sink = await createCloudWatchSink({ namespace: 'CWAgent', clock: systemClock })
  const points = Array.from({ length: 1_001 }, (_, index) => ({
    name: 'disk_used_percent',
    unit: 'Percent' as const,
    dimensions: { host, path: `/mount-${String(index).padStart(4, '0')}` },
    startMs: Date.now(),
    resolutionSeconds: 60 as const,
    values: [index / 100],
  }))
  expect(await sink.send(points, { signal: AbortSignal.timeout(20_000) })).toEqual({ unsent: [], lostValues: 0 })
  expect(await statistics('CWAgent', 'disk_used_percent', { host, path: '/mount-1000' })).toMatchObject([{ Sum: 10 }])
})

it('has what a real agent has seen, its last snapshot included', { timeout: 60_000 }, async () => {
  const host = newHost()
  const directory = await mkdtemp(join(tmpdir(), 'vitals-cloudwatch-'))
  const env = {
    ...localStackEnvironment(url),
    PATH: process.env.PATH,
    MONITOR_BUCKET: pathToFileURL(join(directory, 'bucket')).href,
    MONITOR_DATA_DIR: join(directory, 'data'),
    MONITOR_LOG_DIR: join(directory, 'logs'),
    MONITOR_HOST: host,
    MONITOR_INTERVAL: '1',
    MONITOR_CLOUDWATCH: 'on',
    MONITOR_CLOUDWATCH_METRICS: '*',
    MONITOR_WATCH: 'name:*',
    MONITOR_CLOUDWATCH_NAMESPACE: 'Vitals/Test',
  }
  const agent = spawn(process.execPath, [cli, 'agent'], {
    env,
    cwd: directory,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const ended = once(agent, 'exit')
  const count = async (name: string, dimensions = {}) =>
    (await statistics('Vitals/Test', name, { host, ...dimensions })).reduce(
      (sum, one) => sum + (one.SampleCount ?? 0),
      0,
    )
  try {
    // The first goes out at once, the rest would wait for its minute, or for the end.
    while ((await count('mem_used_percent')) === 0) await delay(100)
    await delay(3_000)
    agent.kill('SIGTERM')
    expect(await ended).toEqual([0, null])
    expect(await count('mem_used_percent')).toBeGreaterThanOrEqual(3)
    for (const name of ['cpu_usage_active', 'processes_total', 'netstat_tcp_established']) {
      expect(await count(name)).toBe(await count('mem_used_percent'))
    }
    expect(await count('disk_used_percent', { path: '/' })).toBeGreaterThan(0)
  } finally {
    agent.kill('SIGKILL')
    await rm(directory, { recursive: true, force: true })
  }
})
