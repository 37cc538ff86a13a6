/** Many hosts, an S3 store, one process that evaluates and serves: no function of AWS is in it. */
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { snapshotOfBucket } from '../e2e/bucket.ts'
import { makeWorkplace, type Running, run, start, startUp, until, type Workplace } from '../e2e/vitals.ts'
import { useLocalStack } from './use.ts'

const bucketUrl = 's3://vitals-up/fleet'

describe('vitals up on an S3 store', () => {
  const workplaces: Workplace[] = []
  let vitals: Running & { site: string }

  async function workplaceOf(host: string): Promise<Workplace> {
    const workplace = await makeWorkplace({
      MONITOR_BUCKET: bucketUrl,
      MONITOR_HOST: host,
      MONITOR_INTERVAL: '1',
      MONITOR_BATCH: '2',
      MONITOR_EVALUATE_INTERVAL: '1',
      MONITOR_ROLLUP_INTERVAL: '2',
    })
    workplaces.push(workplace)
    return workplace
  }

  beforeAll(async () => {
    useLocalStack()
    await new S3Client({ forcePathStyle: true }).send(new CreateBucketCommand({ Bucket: 'vitals-up' }))
    vitals = await startUp(await workplaceOf('hub'), ['--no-agent'])
  })

  afterAll(async () => {
    for (const workplace of workplaces) await workplace.clear()
  })

  it('shows the hosts whose agents send to it, and makes a report of them', async () => {
    const agents = [start(['agent'], await workplaceOf('web-1')), start(['agent'], await workplaceOf('web-2'))]
    const showsBoth = async () => {
      const page = await (await fetch(vitals.site)).text()
      return page.includes('web-1') && page.includes('web-2')
    }
    await until('both hosts on the page', showsBoth, { timeoutMs: 60_000, child: vitals })
    const form = { method: 'POST', headers: { origin: vitals.site.replace(/\/$/, '') }, body: 'hours=1' }
    const report = await fetch(`${vitals.site.replace(/\/$/, '')}/report`, form)
    expect(report.url).toMatch(/\/reports\/.*metrics_report\.html$/)
    expect(await report.text()).toContain('web-2')
    for (const agent of agents) {
      agent.signal('SIGTERM')
      expect(await agent.ended).toBe(0)
    }
  })

  it('ends, leaves nothing in the inbox, and evaluate finds nothing to change', async () => {
    vitals.signal('SIGINT')
    expect(await vitals.ended).toBe(0)
    const [hub] = workplaces
    if (!hub) throw new Error('there is no workplace')
    await until('an empty inbox', async () => {
      await run(['evaluate'], hub)
      return (await snapshotOfBucket({ bucketUrl })).inbox?.length === 0
    })
    const before = await snapshotOfBucket({ bucketUrl })
    expect(JSON.parse((await run(['evaluate', '--json'], hub)).output)).toEqual([{ outcome: 'idle', shard: 'all' }])
    expect(await snapshotOfBucket({ bucketUrl })).toEqual(before)
  })
})
