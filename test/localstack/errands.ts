/** What no story needs and people or time ask for: each once, so that the rights for it are used. */
import { openBucket } from '../../adapters/bucket/open.ts'
import { systemClock } from '../../adapters/clock/system.ts'
import { stackLinks } from '../../adapters/lambda/links.ts'
import { inboxHostPrefix } from '../../core/keys.ts'
import { incidentPath, reportFormPath, silencePath } from '../../core/link.ts'
import type { DeployedStack } from '../../infra/localstack/deploy.ts'
import { makeWorkplace, start, until } from '../e2e/vitals.ts'

/** `incident`: one that was told. Throws where one of them fails. */
export async function runErrands(stack: DeployedStack, incident: string): Promise<void> {
  const bucket = await openBucket(stack.bucketUrl)
  await bucket.put(`${inboxHostPrefix('web-1')}garbage.txt`, Buffer.from('garbage'), { ifAbsent: true })
  const environment = await stack.environmentOf('open')
  const linkTo = stackLinks({
    clock: systemClock,
    settings: { linkLifetimeMs: 60_000 },
    fromStack: (name) => environment[name] ?? '',
  })
  await Promise.all([
    stack.invoke('evaluate'),
    stack.invoke('rollup', { sweep: 'log' }),
    stack.invoke('report', { hours: 24 * 100, slot: { schedule: 'errands', dueMs: systemClock.now() } }),
    visit(stack, linkTo('')),
    visit(stack, linkTo(incidentPath(incident))),
    visit(stack, linkTo(silencePath(incident)), 'for=1h&scope=alert&once=0123abcd&by=ann'),
    visit(stack, linkTo(reportFormPath), `hours=${24 * 30}`),
  ])
}

/** A real agent, from its start to its goodbye. By its key LocalStack tells what it asked for. */
export async function runAgent(
  host: string,
  { bucketUrl, accessKeyId }: { bucketUrl: string; accessKeyId: string },
): Promise<void> {
  const workplace = await makeWorkplace({
    MONITOR_HOST: host,
    MONITOR_INTERVAL: '1',
    MONITOR_BATCH: '1',
    MONITOR_BUCKET: bucketUrl,
    AWS_ACCESS_KEY_ID: accessKeyId,
  })
  try {
    const agent = start(['agent'], workplace)
    const bucket = await openBucket(bucketUrl)
    const hasSent = async () => (await bucket.list(inboxHostPrefix(host))).objects.length > 0
    await until('its first batch', hasSent, { child: agent })
    agent.signal('SIGTERM')
    if ((await agent.ended) !== 0) throw new Error(`the agent of ${host} ended badly: ${agent.output()}`)
  } finally {
    await workplace.clear()
  }
}

/** As its URL would call it. `form`: what is sent; absent: nothing is. */
async function visit(stack: DeployedStack, link: string, form?: string): Promise<void> {
  const { pathname, searchParams } = new URL(link, 'https://site.example')
  const method = form === undefined ? 'GET' : 'POST'
  const { answer } = await stack.invoke<{ statusCode: number; body: string }>('open', {
    rawPath: pathname,
    queryStringParameters: Object.fromEntries(searchParams),
    requestContext: { http: { method } },
    body: form ?? null,
  })
  if (answer.statusCode >= 400) throw new Error(`${method} ${pathname}: ${answer.statusCode} ${answer.body}`)
}
