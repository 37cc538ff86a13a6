/** The functions themselves, a day on a bucket in memory: what they ask of it is what the model says. */
import { describe, it } from 'vitest'
import { type Load, monthDays, requestsADay, usualLoad } from '../../../../core/cost/model.ts'
import { type Counted, type Fleet, liveFleet } from '../../../lived-day.ts'
import { makeSnapshot, minuteMs } from '../../../make.ts'
import { createMemoryBucket } from '../../../simulation/memory-bucket.ts'
import { expectRequests } from './expect-requests.ts'

const midnightMs = Date.UTC(2026, 2, 2)
/** No day ends in the hours after it, and no report is due. */
const morningMs = midnightMs + 8 * 60 * minuteMs
const viewsADay = 24
/** On the first day of a bucket the page has fewer notices to show than the model takes it for. */
const fewViews = 2

interface Lived extends Pick<Fleet, 'hosts' | 'shardCount' | 'viewsADay'> {
  beginMs: number
  minutes: number
  withIncident?: true
}

async function count({ beginMs, minutes, withIncident, ...fleet }: Lived): Promise<Counted> {
  let nowMs = beginMs
  const bucket = createMemoryBucket({ now: () => nowMs })
  const fullUntilMs = withIncident ? beginMs + 20 * minuteMs : 0
  const snapshotOf = (host: number, atMs: number) => {
    nowMs = atMs
    return makeSnapshot({ atMs, disks: [['/', host === 0 && atMs < fullUntilMs ? 99 : 30]] })
  }
  const { batch } = usualLoad
  const { live } = await liveFleet({ ...fleet, bucket, intervalMs: minuteMs, batch, snapshotOf }, beginMs)
  return live(minutes)
}

function modelOf(load: Pick<Load, 'hosts' | 'shards' | 'incidentsAMonthAndHost' | 'viewsADay'>) {
  return requestsADay({ ...usualLoad, ...load })
}

describe('what the functions ask of a store', () => {
  it('in a day with an incident and a report is what the model says, function by function', async () => {
    const load = { hosts: 2, viewsADay: fewViews }
    const counted = await count({ ...load, shardCount: 1, beginMs: midnightMs, minutes: 1_440, withIncident: true })
    expectRequests(counted, modelOf({ ...load, shards: 1, incidentsAMonthAndHost: monthDays / load.hosts }))
  }, 60_000)

  it.each([
    [1, 1],
    [40, 1],
    [32, 16],
  ] as const)(
    'of %d hosts in %d shards, in two hours',
    async (hosts, shards) => {
      const load = { hosts, viewsADay }
      const { report: _, ...counted } = await count({ ...load, shardCount: shards, beginMs: morningMs, minutes: 120 })
      expectRequests(counted, modelOf({ ...load, shards, incidentsAMonthAndHost: 0 }), 120)
    },
    60_000,
  )
})
