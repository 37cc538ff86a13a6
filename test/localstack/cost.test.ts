/**
 * The functions themselves for an hour of a clock, on S3 in LocalStack, counted on the wire: what S3 would bill is what the
 * model of docs/cost.md says. `VITALS_COST_MINUTES=1440`: for a day.
 */
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { it } from 'vitest'
import { openBucket } from '../../adapters/bucket/open.ts'
import { requestsADay, usualLoad } from '../../core/cost/model.ts'
import { counted as askers, type Counted, liveFleet } from '../lived-day.ts'
import { makeSnapshot, minuteMs } from '../make.ts'
import { expectNear, expectRequests } from '../unit/core/cost/expect-requests.ts'
import { startCountingProxy } from './counting-proxy.ts'
import { useLocalStack } from './use.ts'

const minutes = Number(process.env.VITALS_COST_MINUTES ?? 60)
const dayMinutes = 1_440
const hosts = 12
const viewsADay = 24
const name = `cost-${process.pid}`
const beginMs = Date.UTC(2026, 2, 2, minutes === dayMinutes ? 0 : 8)

function total(counted: Counted, kind: 'reads' | 'lists' | 'writes'): number {
  return askers.reduce((sum, name) => sum + counted[name][kind], 0)
}

it(`S3 is asked in ${minutes} minutes of a fleet for what the model says`, { timeout: 1_200_000 }, async () => {
  await using proxy = await startCountingProxy(useLocalStack())
  process.env.AWS_ENDPOINT_URL = proxy.url
  await new S3Client({ forcePathStyle: true }).send(new CreateBucketCommand({ Bucket: name }))
  const bucket = await openBucket(`s3://${name}`)
  const snapshotOf = (_: number, atMs: number) => makeSnapshot({ atMs })
  const { batch } = usualLoad
  const fleet = { bucket, hosts, shardCount: 1, batch, intervalMs: minuteMs, viewsADay, snapshotOf } as const
  const { live } = await liveFleet(fleet, beginMs)
  const before = proxy.counts()
  const counted = await live(minutes)
  const after = proxy.counts()
  const model = requestsADay({ ...usualLoad, hosts, viewsADay, incidentsAMonthAndHost: 0 })
  // A report is due once a day, and no hour's share of it.
  const { report: _, ...others } = counted
  expectRequests(minutes === dayMinutes ? counted : others, model, minutes)
  for (const kind of ['reads', 'lists', 'writes'] as const) {
    const onTheWire = after[kind] - before[kind]
    process.stderr.write(`${kind}: ${onTheWire} on the wire, ${total(counted, kind)} by the functions\n`)
    // What the adapter repeats is asked twice.
    expectNear(onTheWire, total(counted, kind), `${kind} on the wire`)
  }
})
