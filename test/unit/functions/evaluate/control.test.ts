import { beforeEach, describe, expect, it } from 'vitest'
import { type Bucket, BucketError } from '../../../../adapters/bucket/port.ts'
import { systemRandom } from '../../../../adapters/clock/system.ts'
import { changeControl } from '../../../../adapters/control/control.ts'
import { silentLog } from '../../../../adapters/log/port.ts'
import { defaultRuleSet } from '../../../../core/alerts/default-rules.ts'
import { controlKey, nowKey, openNoticesPrefix } from '../../../../core/keys.ts'
import type { NoticeObject } from '../../../../core/notice.ts'
import type { ShardNow } from '../../../../core/now.ts'
import { withExpired, withForgotten, withSilence } from '../../../../core/telling/control.ts'
import { readState } from '../../../../functions/evaluate/commit.ts'
import { createHandler } from '../../../../functions/evaluate/handler.ts'
import { makeBatch, makeInboxObject, makeSettings, makeSnapshot, minuteMs, startMs } from '../../../make.ts'
import { createMemoryBucket } from '../../../simulation/memory-bucket.ts'

let nowMs = startMs
let bucket: Bucket
beforeEach(() => {
  nowMs = startMs
  bucket = createMemoryBucket({ now: () => nowMs })
})
const clock = { now: () => nowMs, monotonicMs: () => nowMs, sleep: async () => {} }

const evaluate = (from = bucket) =>
  createHandler({
    bucket: from,
    shardCount: 1,
    rules: defaultRuleSet(makeSettings()),
    clock,
    random: systemRandom,
    log: silentLog,
  })({})

async function send(seq: number, diskPercent = 10): Promise<void> {
  const records = [makeSnapshot({ atMs: nowMs, disks: [['/var', diskPercent]] })]
  const { key, body } = makeInboxObject(makeBatch({ seq, records }))
  await bucket.put(key, body, { ifAbsent: true })
}

const silenceAll = () =>
  changeControl(bucket, (control) =>
    withSilence(control, {
      id: '0a1b2c3d',
      match: { hosts: ['web-*'] },
      fromMs: nowMs,
      untilMs: nowMs + 60 * minuteMs,
      by: 'root',
      comment: '',
      createdAtMs: nowMs,
    }),
  )
const forget = () =>
  changeControl(bucket, (control) => withForgotten(control, { host: 'web-1', by: 'root', atMs: nowMs }))
const notices = async () => (await bucket.list(openNoticesPrefix)).objects.map(({ key }) => key.split('-').at(-1))
const hosts = async () => Object.keys((await readState(bucket, 'all')).state.hosts)

describe('what operators say', () => {
  it('is taken by the next run, and written to the log once', async () => {
    await silenceAll()
    await send(1, 99)
    expect(await evaluate()).toMatchObject([{ outcome: 'committed', notices: 0 }])
    nowMs += minuteMs
    expect(await evaluate()).toMatchObject([{ outcome: 'idle' }])
    await changeControl(bucket, (control) => withExpired(control, { id: '0a1b2c3d', nowMs }))
    expect(await evaluate()).toMatchObject([{ outcome: 'committed', notices: 1 }])
    expect(await notices()).toEqual(['firing.json'])
  })

  it('stands while it can not be read, and while it is damaged', async () => {
    await silenceAll()
    await evaluate()
    const deaf: Bucket = {
      ...bucket,
      get: async (key, ...rest) => {
        if (key === controlKey) throw new BucketError('away', { operation: 'get', key, effect: 'none' })
        return bucket.get(key, ...rest)
      },
    }
    await send(1, 99)
    expect(await evaluate(deaf)).toMatchObject([{ outcome: 'committed', notices: 0 }])
    await bucket.put(controlKey, Buffer.from('{'))
    await send(2, 99)
    expect(await evaluate()).toMatchObject([{ outcome: 'committed', notices: 0 }])
  })
})

describe('a host that is forgotten', () => {
  beforeEach(async () => {
    await send(1, 99)
    await evaluate()
    nowMs += 10 * minuteMs
    await evaluate()
  })

  it('leaves state and the status page, and those who were told of it are told that it is over', async () => {
    expect(await notices()).toEqual(['firing.json', 'firing.json'])
    await forget()
    await evaluate()
    expect(await hosts()).toEqual([])
    const now = JSON.parse(Buffer.from((await bucket.get(nowKey('all')))?.body ?? []).toString()) as ShardNow
    expect(now.hosts).toEqual([])
    const { objects } = await bucket.list(openNoticesPrefix)
    const bodies = await Promise.all(objects.map(async ({ key }) => Buffer.from((await bucket.get(key))?.body ?? [])))
    const told = bodies.map((body) => (JSON.parse(body.toString()) as NoticeObject).notice)
    expect(told.filter(({ kind }) => kind === 'resolved')).toMatchObject([
      { reason: 'forgotten by root', forgotten: true },
      { reason: 'forgotten by root', forgotten: true },
    ])
    expect(await evaluate()).toMatchObject([{ outcome: 'idle' }])
  })

  it('is not taken from again what was taken, and is new when it comes back', async () => {
    await forget()
    await evaluate()
    nowMs = startMs
    await send(1, 99)
    nowMs = startMs + 20 * minuteMs
    expect(await evaluate()).toMatchObject([{ outcome: 'idle' }])
    await send(2)
    expect(await evaluate()).toMatchObject([{ outcome: 'committed', samples: 1 }])
    expect(await hosts()).toEqual(['web-1'])
    nowMs += minuteMs
    await evaluate()
    expect(await hosts()).toEqual(['web-1'])
  })

  it('stays when it has sent something since', async () => {
    await forget()
    await send(2)
    await evaluate()
    nowMs += minuteMs
    await evaluate()
    expect(await hosts()).toEqual(['web-1'])
  })
})
