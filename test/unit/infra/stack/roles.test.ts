/** LocalStack enforces no policies: so each role is held here to what its function was seen to ask of the bucket. */
import { createRequire } from 'node:module'
import { beforeAll, describe, expect, it } from 'vitest'
import { ensureLayout, expectLayout } from '../../../../adapters/bucket/layout.ts'
import { type Bucket, BucketError } from '../../../../adapters/bucket/port.ts'
import { probeConditionalWrites } from '../../../../adapters/bucket/probe.ts'
import type { ChartRenderer } from '../../../../adapters/charts/port.ts'
import { ChartError } from '../../../../adapters/charts/port.ts'
import { systemRandom } from '../../../../adapters/clock/system.ts'
import { silentLog } from '../../../../adapters/log/port.ts'
import type { MailSender } from '../../../../adapters/mail/port.ts'
import { defaultRules } from '../../../../core/alerts/rule.ts'
import { blockKey, inboxHostPrefix, noBlock } from '../../../../core/keys.ts'
import { plainLinks } from '../../../../core/link.ts'
import { createHandler as createEvaluate } from '../../../../functions/evaluate/handler.ts'
import { createHandler as createNotify } from '../../../../functions/notify/handler.ts'
import { createHandler as createOpen } from '../../../../functions/open/handler.ts'
import { createHandler as createReport } from '../../../../functions/report/handler.ts'
import { createHandler as createRollup } from '../../../../functions/rollup/handler.ts'
import { makeBatch, makeInboxObject, makeSettings, makeSnapshot, minuteMs, startMs } from '../../../make.ts'
import { createMemoryBucket } from '../../../simulation/memory-bucket.ts'

interface Statement {
  Action: string[]
  Resource: unknown
}

interface Role {
  Properties: { Policies: { PolicyDocument: { Statement: Statement[] } }[] }
}

const require = createRequire(import.meta.url)
const { Resources: roles } = require('../../../../infra/stack/roles.cjs') as { Resources: Record<string, Role> }

type Action = 's3:GetObject' | 's3:PutObject' | 's3:DeleteObject'
const actions: readonly Action[] = ['s3:GetObject', 's3:PutObject', 's3:DeleteObject']
const names = ['evaluate', 'notify', 'rollup', 'report', 'open'] as const
type Name = (typeof names)[number]

/** The keys, with their wildcards, on which a function may do that. */
function granted(name: Name, action: Action): string[] {
  const role = roles[`${name[0]?.toUpperCase()}${name.slice(1)}Role`]
  const statements = role?.Properties.Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement) ?? []
  const ours = statements.filter(({ Action: listed }) => listed.includes(action))
  return ours.flatMap(({ Resource }) =>
    (Resource as { 'Fn::Join': [string, [unknown, string]] }[]).map((one) => one['Fn::Join'][1][1]),
  )
}

function covers(pattern: string, key: string): boolean {
  return pattern.endsWith('*') ? key.startsWith(pattern.slice(0, -1)) : key === pattern
}

type Seen = Record<Name, Record<Action, Set<string>>>

/** As one function sees it: what it does is noted; of what `lost` names the first answer is lost. */
function watched(bucket: Bucket, seen: Record<Action, Set<string>>, lost: string[]): Bucket {
  return {
    url: bucket.url,
    get: (key, options) => {
      seen['s3:GetObject'].add(key)
      return bucket.get(key, options)
    },
    put: async (key, body, condition) => {
      seen['s3:PutObject'].add(key)
      const result = await bucket.put(key, body, condition)
      const at = lost.findIndex((prefix) => key.startsWith(prefix))
      if (at < 0) return result
      lost.splice(at, 1)
      throw new BucketError('the answer was lost', { operation: 'put', key, effect: 'unknown' })
    },
    list: (prefix, options) => bucket.list(prefix, options),
    delete: (keys) => {
      for (const key of keys) seen['s3:DeleteObject'].add(key)
      return bucket.delete(keys)
    },
  }
}

const dayMs = 86_400_000
const noCharts: ChartRenderer = {
  name: 'none',
  render: async () => {
    throw new ChartError('none is drawn here')
  },
}
const sender: MailSender = {
  reachesSomebody: true,
  destination: 'nobody',
  send: async ({ id }) => ({ messageId: `<${id}>`, where: 'nobody' }),
}

/** Two days of a bucket: a new one, a full disk and its end, refused input, lost answers, an orphan, a report. */
async function live(): Promise<Seen> {
  let nowMs = startMs
  const clock = { now: () => nowMs, monotonicMs: () => nowMs, sleep: async () => {} }
  const store = createMemoryBucket({ now: clock.now })
  const lost: string[] = []
  const seen = Object.fromEntries(
    names.map((name) => [name, Object.fromEntries(actions.map((action) => [action, new Set<string>()]))]),
  ) as Seen
  const shared = (name: Name) => ({
    bucket: watched(store, seen[name], lost),
    shardCount: 1 as const,
    clock,
    random: systemRandom,
    log: silentLog,
    timeZone: 'UTC',
  })
  const evaluating = shared('evaluate')
  await probeConditionalWrites(evaluating)
  await ensureLayout(evaluating)
  for (const name of names) await expectLayout(shared(name))
  const evaluate = createEvaluate({ ...evaluating, rules: defaultRules(makeSettings()) })
  const notify = createNotify({ ...shared('notify'), receivers: { default: sender } })
  const rollup = createRollup(shared('rollup'))
  const report = createReport({
    ...shared('report'),
    charts: noCharts,
    thresholds: { cpuPercent: 80, memoryPercent: 85, diskPercent: 90 },
    sender,
  })
  const open = createOpen({
    ...shared('open'),
    shards: ['all'],
    access: 'everyone',
    linkKeys: [],
    notifier: sender,
    hrefTo: plainLinks(''),
  })
  const send = async (seq: number, diskPercent: number) => {
    const records = [makeSnapshot({ atMs: nowMs - 1_000, disks: [['/var', diskPercent]] })]
    const { key, body } = makeInboxObject(makeBatch({ seq, records }))
    await store.put(key, body)
  }
  const ask = (path: string) => open({ method: 'GET', path, query: {}, headers: {}, body: new Uint8Array() })

  await store.put(`${inboxHostPrefix('web-1')}garbage.txt`, Buffer.from('garbage'))
  await send(1, 99)
  lost.push('log/', 'state/', 'notices/', 'site/now/')
  await evaluate({})
  await evaluate({})
  lost.push('notices/')
  await notify({})
  nowMs += 10 * minuteMs
  await send(2, 10)
  await evaluate({})
  nowMs += 10 * minuteMs
  await send(3, 10)
  await evaluate({})
  await notify({})
  nowMs += 10 * minuteMs
  await notify({})
  await store.put(blockKey({ shard: 'all', n: 1, write: 'f'.repeat(16), prev: noBlock }), Buffer.from('orphan'))
  await rollup({})
  await report({ hours: 1 })
  await ask('/')
  const [page] = [...seen.report['s3:PutObject']].filter((key) => key.endsWith('.html'))
  await ask(`/${page?.slice('site/'.length)}`)
  nowMs += 2 * dayMs
  await send(4, 10)
  await evaluate({})
  await notify({})
  return seen
}

describe('the roles of the functions', () => {
  let seen: Seen
  beforeAll(async () => {
    seen = await live()
  })

  describe.each(names)('%s', (name) => {
    it.each(actions)('may %s what it was seen to, and nothing that it was not', (action) => {
      const keys = [...seen[name][action]]
      const patterns = granted(name, action)
      expect(keys.filter((key) => !patterns.some((pattern) => covers(pattern, key)))).toEqual([])
      expect(patterns.filter((pattern) => !keys.some((key) => covers(pattern, key)))).toEqual([])
    })

    it('may list, so that a missing key is told from a forbidden one', () => {
      const role = JSON.stringify(roles[`${name[0]?.toUpperCase()}${name.slice(1)}Role`])
      expect(role).toContain('"s3:ListBucket"')
    })
  })
})
