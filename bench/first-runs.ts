/** What each function takes for a first run on what 100 hosts have sent, in the order in which it comes about in a stack. */
import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { systemClock } from '../adapters/clock/system.ts'
import { stackLinks } from '../adapters/lambda/links.ts'
import type { FunctionName } from '../scripts/package-bounds.ts'
import { fillBucket } from './hundred-hosts.ts'
import { median } from './median.ts'
import { startPackaged } from './packaged.ts'

/** notify draws charts of what rollup has made. */
const order = ['evaluate', 'rollup', 'notify', 'report', 'open'] as const
const linkKey = 'the key of this benchmark alone'

/** The memory of a run that found nothing to do is no figure. */
export const worked: Record<FunctionName, RegExp> = {
  evaluate: /"outcome":"committed"/,
  notify: /"kind":"firing"/,
  rollup: /"outcome":"rolled-up"/,
  report: /metrics_report\.html/,
  open: /"statusCode":200/,
}

export type FirstRuns = Record<FunctionName, { runMs: number; peakBytes: number }>

/** `url`: what answers in the place of Lambda. Of each the median of so many `lives`. */
export async function firstRuns(directory: string, url: string, lives: number): Promise<FirstRuns> {
  const filled = join(directory, 'filled')
  const run = async (name: FunctionName, bucket: string) => {
    const environment = { ...environmentOf(url), MONITOR_BUCKET: pathToFileURL(bucket).href, MONITOR_LOG_DIR: bucket }
    const started = await startPackaged(directory, name, environment)
    try {
      const one = await started.invoke(eventOf(name))
      if (!worked[name].test(JSON.stringify(one.answer)))
        throw new Error(`${name} did nothing: ${JSON.stringify(one.answer)}`)
      return one
    } finally {
      await started.end()
    }
  }
  await fillBucket(filled, async () => {
    await run('evaluate', filled)
  })
  const runs = order.map((name) => ({ name, all: [] as Awaited<ReturnType<typeof run>>[] }))
  for (let life = 0; life < lives; life++) {
    const bucket = join(directory, `life-${life}`)
    await cp(filled, bucket, { recursive: true })
    for (const { name, all } of runs) all.push(await run(name, bucket))
  }
  return Object.fromEntries(
    runs.map(({ name, all }) => [
      name,
      {
        runMs: median(all.map(({ ms }) => ms)),
        peakBytes: median(all.map(({ peakBytes }) => peakBytes)),
      },
    ]),
  ) as FirstRuns
}

/** `url`: what answers in the place of Lambda. */
export function environmentOf(url: string): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: url,
    AWS_REGION: 'us-east-1',
    AWS_LAMBDA_FUNCTION_NAME: 'vitals-bench',
    AWS_ACCESS_KEY_ID: 'bench',
    AWS_SECRET_ACCESS_KEY: 'bench',
    MONITOR_MAIL: 'file',
    MONITOR_MAIL_FROM: 'vitals@example.com',
    MONITOR_MAIL_TO: 'ops@example.com',
    MONITOR_SITE_URL: 'https://vitals.example.com',
    VITALS_LINK_KEY: linkKey,
    VITALS_NOTIFY_FUNCTION: 'notify',
    VITALS_REPORT_FUNCTION: 'report',
  }
}

export function eventOf(name: FunctionName): unknown {
  if (name === 'report') return { hours: 1 }
  if (name !== 'open') return {}
  const linkTo = stackLinks({
    clock: systemClock,
    fromStack: (asked) => (asked === 'VITALS_LINK_KEY' ? linkKey : 'https://vitals.example.com'),
    settings: { linkLifetimeMs: 3_600_000 },
  })
  const { pathname: rawPath, searchParams } = new URL(linkTo(''))
  const queryStringParameters = Object.fromEntries(searchParams)
  return { rawPath, queryStringParameters, requestContext: { http: { method: 'GET' } } }
}
