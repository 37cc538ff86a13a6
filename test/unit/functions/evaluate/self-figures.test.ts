import { beforeEach, describe, expect, it } from 'vitest'
import type { Bucket } from '../../../../adapters/bucket/port.ts'
import { systemRandom } from '../../../../adapters/clock/system.ts'
import { collectFigures } from '../../../../adapters/figures/collect.ts'
import { silentLog } from '../../../../adapters/log/port.ts'
import { defaultRuleSet } from '../../../../core/alerts/default-rules.ts'
import { stateKey } from '../../../../core/keys.ts'
import { evaluateShard } from '../../../../functions/evaluate/evaluate.ts'
import { makeBatch, makeInboxObject, makeSettings, makeSnapshot, minuteMs, startMs } from '../../../make.ts'
import { createMemoryBucket } from '../../../simulation/memory-bucket.ts'

const rules = defaultRuleSet(makeSettings())
const clock = { now: () => nowMs, monotonicMs: () => nowMs, sleep: async () => {} }
let nowMs: number
let bucket: Bucket

beforeEach(() => {
  nowMs = startMs
  bucket = createMemoryBucket(clock)
})

async function figuresOfRun(from: Bucket = bucket) {
  const figures = collectFigures('evaluate')
  const deps = { bucket: from, shard: 'all', rules, clock, random: systemRandom, log: silentLog, figures }
  await evaluateShard(deps).catch(() => {})
  return figures.take()
}

async function send(batch: Parameters<typeof makeBatch>[0]) {
  const { key, body } = makeInboxObject(makeBatch(batch))
  await bucket.put(key, body, { ifAbsent: true })
}

describe('a run of evaluate tells', () => {
  it('what it found in the inbox, since when it was there, and what it took of it', async () => {
    await send({ host: 'web-1', records: [makeSnapshot(), makeSnapshot({ atMs: startMs + minuteMs })] })
    nowMs += 3 * minuteMs
    await send({ host: 'web-2' })
    expect(await figuresOfRun()).toEqual({
      SnapshotsTaken: 3,
      LostCommits: 0,
      InboxWaiting: 2,
      InboxOldestAge: 180,
      AgentDataAge: 0,
    })
    expect(await figuresOfRun()).toMatchObject({ SnapshotsTaken: 0, InboxWaiting: 0, InboxOldestAge: 0 })
  })

  it('how long the last sign of life of any agent is ago, and nothing where none is awaited', async () => {
    expect(await figuresOfRun()).not.toHaveProperty('AgentDataAge')
    await send({ host: 'web-1' })
    await figuresOfRun()
    nowMs += 20 * minuteMs
    expect(await figuresOfRun()).toMatchObject({ AgentDataAge: 1_200 })
    await send({ host: 'web-1', seq: 2, records: [{ kind: 'goodbye', observedAtMs: nowMs }] })
    await figuresOfRun()
    nowMs += 20 * minuteMs
    expect(await figuresOfRun()).not.toHaveProperty('AgentDataAge')
  })

  it('how late it is also where it fails before it takes anything', async () => {
    await send({})
    nowMs += 10 * minuteMs
    const full: Bucket = { ...bucket, put: () => Promise.reject(new Error('the store is full')) }
    expect(await figuresOfRun(full)).toMatchObject({ SnapshotsTaken: 0, InboxWaiting: 1, InboxOldestAge: 600 })
  })

  it('commits that went to another run', async () => {
    await send({})
    let puts = 0
    const contested: Bucket = {
      ...bucket,
      put: async (key, body, condition) => {
        if (key === stateKey('all') && ++puts === 1) await figuresOfRun()
        return await bucket.put(key, body, condition)
      },
    }
    expect(await figuresOfRun(contested)).toMatchObject({ LostCommits: 1, SnapshotsTaken: 0 })
  })

  it('no age below 0 where the clock of the store is ahead', async () => {
    await send({})
    nowMs -= minuteMs
    expect(await figuresOfRun()).toMatchObject({ InboxOldestAge: 0, AgentDataAge: 0 })
  })
})
