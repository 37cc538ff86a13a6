/** What credentials may do, where a store enforces policies: LocalStack enforces none. By `vitals doctor`, as people run it. */
import { afterEach, describe, expect, it } from 'vitest'
import { openBucket } from '../../adapters/bucket/open.ts'
import type { Result } from '../../cli/doctor/check.ts'
import { agentPolicy } from '../../core/agent-policy.ts'
import { inboxHostPrefix } from '../../core/keys.ts'
import { makeBucket } from '../contract/s3-contract.ts'
import { makeWorkplace, run, start, until, type Workplace } from '../e2e/vitals.ts'
import { agentAccess, type PolicyText } from './agent-access.ts'
import { useStore } from './use.ts'

const store = useStore()

describe(`credentials on ${store.title}`, () => {
  let workplace: Workplace
  afterEach(() => workplace?.clear())

  async function open(env: Record<string, string> = {}) {
    const bucket = await makeBucket()
    const bucketUrl = `s3://${bucket}/fleet`
    workplace = await makeWorkplace({ MONITOR_BUCKET: bucketUrl, MONITOR_INTERVAL: '1', MONITOR_BATCH: '1', ...env })
    return { bucket, bucketUrl, policy: agentPolicy({ bucketUrl, host: 'web-1', partition: 'aws' }) }
  }

  async function doctor(): Promise<Record<string, string>> {
    const { output } = await run(['doctor', '--json'], workplace)
    const { checks } = JSON.parse(output) as { checks: { title: string; results: Result[] }[] }
    const results = checks.find(({ title }) => title === 'bucket')?.results ?? []
    return Object.fromEntries(results.map(({ name, outcome, finding = outcome }) => [name, finding]))
  }

  const keys = async (bucketUrl: string) => (await (await openBucket(bucketUrl)).list('')).objects.map(({ key }) => key)

  it('that may do everything are known as such, and to look leaves nothing behind', async () => {
    const { bucketUrl } = await open()
    expect(await doctor()).toMatchObject({
      name: 'ok',
      connection: 'ok',
      clock: 'ok',
      'may send': 'ok',
      'may not overwrite': 'may-too-much',
      'may not put elsewhere': 'may-too-much',
      'may not read': 'may-too-much',
      'may not list': 'may-too-much',
      'may not delete': 'may-too-much',
    })
    expect(await keys(bucketUrl)).toEqual([])
  })

  it('are not given by a policy with the condition of AWS, which it does not know', async () => {
    const { bucket, policy } = await open()
    await expect(agentAccess(store, { bucket, policy })).rejects.toThrow(/invalid condition key/)
  })

  it('of an agent send and do nothing else, but that they could overwrite what it sent', async () => {
    const { bucket, bucketUrl, policy } = await open()
    Object.assign(workplace.env, await agentAccess(store, { bucket, policy: withoutConditions(policy) }))
    expect(await doctor()).toMatchObject({
      'may send': 'ok',
      'may not overwrite': 'may-too-much',
      'may not put elsewhere': 'ok',
      'may not read': 'ok',
      'may not list': 'ok',
      'may not delete': 'ok',
    })
    const agent = start(['agent'], workplace)
    await until('a batch in the inbox', async () => (await keys(bucketUrl)).length > 1, { child: agent })
    agent.signal('SIGTERM')
    expect(await agent.ended).toBe(0)
    expect((await keys(bucketUrl)).filter((key) => !key.startsWith(inboxHostPrefix('web-1')))).toEqual([])
  })
})

function withoutConditions({ Version, Statement }: PolicyText): PolicyText {
  return { Version, Statement: Statement.map((one) => ({ ...one, Condition: undefined })) }
}
