import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { replayLog } from '../../../../cli/replay/replay.ts'
import { replayLines } from '../../../../cli/replay/text.ts'
import { defaultRuleSet } from '../../../../core/alerts/default-rules.ts'
import type { RuleSet } from '../../../../core/alerts/rule.ts'
import { pack, unpack } from '../../../../core/codec.ts'
import { parseConfig } from '../../../../core/config/config.ts'
import { checkpointPrefix, logPrefix, shards } from '../../../../core/keys.ts'
import { noticeOf } from '../../../../core/replay/compare.ts'
import { withAck, withForgotten, withSilence } from '../../../../core/telling/control.ts'
import { defaultGroup, type TellingPolicy } from '../../../../core/telling/policy.ts'
import { type LivedBucket, liveOn } from '../../../lived-bucket.ts'
import { makeSettings, makeSnapshot, minuteMs, startMs } from '../../../make.ts'
import { createMemoryBucket, type MemoryBucket } from '../../../simulation/memory-bucket.ts'

const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs
const rules = defaultRuleSet(makeSettings())
const policy: TellingPolicy = {
  routes: [
    { match: { severity: 'critical' }, to: ['pager'], group: defaultGroup, continue: true },
    { match: {}, to: ['ops'], group: defaultGroup, repeatMs: 4 * hourMs, continue: false },
  ],
  maintenance: [],
}

/** Of all that a rule may have, something. */
const parsed = parseConfig(
  {
    rules: [
      {
        id: 'cpu',
        metric: 'cpu.percent',
        threshold: 70,
        critical: 90,
        window: '5m',
        datapoints: '2/3',
        keep_firing: '2m',
      },
      {
        id: 'disk',
        metric: 'disk.percent',
        threshold: 88,
        critical: 94,
        flap: { times: 2, within: '2h', calm: '30m' },
      },
      { id: 'soon-full', forecast: 'disk.percent', within: '2d', window: '6h' },
      { id: 'no-cron', absent: 'process:cron', after: '5m' },
      { id: 'memory', metric: 'memory.percent', threshold: 10, agg: 'p95', window: '10m', missing: 'breaching' },
    ],
    overrides: [{ where: { hosts: ['db-*'] }, rule: 'disk', set: { threshold: 60, clear: 40 } }],
    routes: [
      { match: { severity: 'critical' }, to: ['default'], group: { by: ['host'], wait: '30s' }, continue: true },
      { match: { rules: ['disk*', 'host-down'] }, to: ['default'], repeat: '4h' },
    ],
    maintenance: [
      {
        name: 'backup',
        match: { rules: ['memory'] },
        every: 'day',
        from: '12:00',
        to: '18:00',
        timeZone: 'Europe/Berlin',
      },
    ],
  },
  makeSettings(),
)
if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
const { rules: richRules, telling: richPolicy } = parsed.config

function memoryBucket(): MemoryBucket {
  return createMemoryBucket({ now: () => startMs })
}

function replay(bucket: MemoryBucket, options: Partial<Parameters<typeof replayLog>[0]> = {}) {
  const toMs = startMs + 100 * dayMs
  const shared = { bucket, shards: ['all'], rules, fromMs: 0, toMs, everyMs: minuteMs, onProgress: () => {} }
  return replayLog({ ...shared, ...options })
}

/** `+ ops firing cpu`, in their order. */
function changes({ notices }: Awaited<ReturnType<typeof replayLog>>): string[] {
  return notices.map((one) => {
    const { receiver, kind, rule, entity } = noticeOf(one)
    return `${one.change} ${receiver} ${kind} ${rule}${entity}`
  })
}

function withThreshold(id: string, threshold: number): RuleSet {
  const changed = { threshold, clear: threshold - 2, windowMs: 0 }
  return { ...rules, rules: rules.rules.map((rule) => (rule.id === id ? { ...rule, ...changed } : rule)) }
}

/** Minute by minute: what the disk of each is used by. */
async function fill(lived: LivedBucket, percents: readonly number[], host = 'web-1'): Promise<void> {
  for (const percent of percents) {
    lived.pass(minuteMs)
    await lived.send(host, [makeSnapshot({ atMs: lived.now(), disks: [['/var', percent]] })])
    await lived.evaluate()
  }
}

describe('with the rules that decided', () => {
  const step = fc.record({
    minutes: fc.constantFrom(1, 1, 2, 10, 300, 1_440),
    sends: fc.array(
      fc.record({
        host: fc.constantFrom('web-1', 'db-1', '123', '__proto__'),
        cpuPercent: fc.constantFrom(5, 78, 99),
        disk: fc.constantFrom(50, 89, 95),
        lateMinutes: fc.constantFrom(0, 0, 0, 4, 400),
        does: fc.constantFrom('snapshot', 'snapshot', 'snapshot', 'goodbye', 'again'),
      }),
      { maxLength: 3 },
    ),
    says: fc.constantFrom('', '', '', 'silence', 'ack', 'forget'),
  })

  it.each([
    ['the defaults', { rules, policy }],
    ['rules of each kind', { rules: richRules, policy: richPolicy }],
  ])(
    'each decision is the same byte for byte, from the first block and from a checkpoint in the middle: %s',
    async (_, by) => {
      let decisions = 0
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 25 }), fc.nat(30), async (steps, fromDay) => {
          const bucket = memoryBucket()
          const lived = await liveOn(bucket, by, { shardCount: 16 })
          for (const { minutes, sends, says } of steps) {
            lived.pass(minutes * minuteMs)
            for (const { host, cpuPercent, disk, lateMinutes, does } of sends) {
              const observedAtMs = lived.now()
              const snapshot = makeSnapshot({
                atMs: observedAtMs - lateMinutes * minuteMs,
                cpuPercent,
                disks: [['/', disk]],
              })
              await lived.send(host, does === 'goodbye' ? [snapshot, { kind: 'goodbye', observedAtMs }] : [snapshot])
              if (does === 'again') await lived.sendAgain(host)
            }
            await say(lived, bucket, says)
            await lived.evaluate()
            await lived.evaluate()
          }
          for (const fromMs of [0, startMs + fromDay * dayMs]) {
            const replayed = await replay(bucket, { ...by, fromMs, shards: shards(16) })
            expect(replayed).toMatchObject({ differences: [], shortened: [] })
            expect(replayed.foreign).toBeUndefined()
            decisions += replayed.decisions
            expect(replayed.notices.filter(({ change }) => change !== 'same')).toEqual([])
          }
        }),
        { numRuns: 40 },
      )
      expect(decisions).toBeGreaterThan(500)
    },
    60_000,
  )

  it('says so, with how many decisions there were', async () => {
    const bucket = memoryBucket()
    const lived = await liveOn(bucket, { rules })
    await fill(lived, [50, 95, 95, 50, 50, 50, 50])
    const replayed = await replay(bucket)
    expect(changes(replayed)).toEqual(['same default firing disk/var', 'same default resolved disk/var'])
    const lines = replayLines(replayed, {
      fromMs: startMs,
      toMs: startMs + 7 * dayMs,
      timeZone: 'UTC',
      path: 'vitals.yml',
    })
    expect(lines.slice(0, 2)).toEqual([
      '2026-03-01 12:00 to 2026-03-08 12:00 UTC, 7 runs of evaluate',
      `${replayed.decisions} decisions, byte for byte the same: these rules decided them.`,
    ])
    expect(lines.at(-1)).toBe('default      2         2      0     0  2.0 -> 2.0')
  })
})

async function say(lived: LivedBucket, bucket: MemoryBucket, says: string): Promise<void> {
  const [atMs, by] = [lived.now(), 'eve']
  const until = { untilMs: atMs + hourMs, by, comment: '' }
  switch (says) {
    case 'silence':
      return lived.say((control) =>
        withSilence(control, { id: '00000001', match: { rules: ['disk'] }, fromMs: atMs, createdAtMs: atMs, ...until }),
      )
    case 'ack': {
      const { objects } = await bucket.list('notices/v1/open/', { limit: 1 })
      const incident = objects[0]?.key.slice('notices/v1/open/'.length, 'notices/v1/open/'.length + 12)
      return incident === undefined ? undefined : lived.say((control) => withAck(control, { incident, atMs, ...until }))
    }
    case 'forget':
      return lived.say((control) => withForgotten(control, { host: 'db-1', by, atMs }))
  }
}

describe('with other rules', () => {
  it('shows what would come, what would not, and what would come at another time', async () => {
    const bucket = memoryBucket()
    const lived = await liveOn(bucket, { rules })
    await fill(lived, [50, 91, 96, 96, 50, 50, 50, 50, 91, 91, 50, 50, 50, 50])
    const higher = await replay(bucket, { rules: withThreshold('disk', 93) })
    expect(changes(higher)).toEqual([
      'same default firing disk/var',
      'same default resolved disk/var',
      'gone default firing disk/var',
      'gone default resolved disk/var',
    ])
    const lower = await replay(bucket, { rules: withThreshold('memory', 10) })
    expect(changes(lower).filter((line) => line.startsWith('added'))).toEqual(['added default firing memory'])
    expect(replayLines(higher, { fromMs: startMs, toMs: startMs + dayMs, timeZone: 'UTC', path: 'new.yml' })).toEqual([
      expect.stringContaining('14 runs of evaluate'),
      'With new.yml instead of the rules that decided:',
      '',
      expect.stringMatching(/^ +time +severity +notice +receiver +host +alert +reason$/),
      expect.stringMatching(/^= .*12:02 .*Disk.*\(1 min later: Disk/),
      expect.stringMatching(/^= .*12:07 .*resolved/),
      expect.stringMatching(/^- .*12:09 .*firing/),
      expect.stringMatching(/^- .*resolved/),
      '',
      'receiver  were  would be  added  gone  a week',
      'default      4         2      0     2  28.0 -> 14.0',
    ])
  })

  it('lets time pass where the log has no block: a host that would be called down later than it was', async () => {
    const bucket = memoryBucket()
    const lived = await liveOn(bucket, { rules })
    await fill(lived, [50, 50])
    for (let minute = 0; minute < 60; minute++) {
      lived.pass(minuteMs)
      await lived.evaluate()
    }
    const patient: RuleSet = {
      ...rules,
      rules: rules.rules.map((rule) => (rule.kind === 'absent' ? { ...rule, afterMs: 20 * minuteMs } : rule)),
    }
    const replayed = await replay(bucket, { rules: patient, toMs: lived.now() + 1 })
    expect(replayed.notices).toMatchObject([{ change: 'same' }])
    const [first] = replayed.notices
    expect(first?.change === 'same' && first.is.atMs - first.was.atMs).toBe(15 * minuteMs)
    const forgiving: RuleSet = { ...rules, rules: rules.rules.filter(({ kind }) => kind !== 'absent') }
    expect(changes(await replay(bucket, { rules: forgiving, toMs: lived.now() + 1 }))).toEqual([
      'gone default firing host-down',
    ])
  })

  it('tells by other routes', async () => {
    const bucket = memoryBucket()
    const lived = await liveOn(bucket, { rules })
    await fill(lived, [50, 95])
    expect(changes(await replay(bucket, { policy })).toSorted()).toEqual([
      'added ops firing disk/var',
      'gone default firing disk/var',
    ])
  })

  it('names the block from which on they were others, when they were changed on the way', async () => {
    const bucket = memoryBucket()
    const lived = await liveOn(bucket, { rules })
    await fill(lived, [50, 91, 50])
    lived.decideBy({ rules: withThreshold('disk', 97) })
    await fill(lived, [50, 50, 50, 50, 95])
    const replayed = await replay(bucket)
    expect(replayed.foreign).toMatchObject({ block: 4 })
    expect(changes(replayed).at(-1)).toBe('added default firing disk/var')
    const frame = { fromMs: startMs, toMs: startMs + dayMs, timeZone: 'UTC', path: 'vitals.yml' }
    expect(replayLines(replayed, frame)[1]).toBe(
      'These rules decided until 2026-03-01 12:04; from there on, block 4 of shard all, with vitals.yml instead of those that did:',
    )
  })
})

describe('what there is of the log', () => {
  async function twoDays() {
    const bucket = memoryBucket()
    const lived = await liveOn(bucket, { rules })
    await fill(lived, [50, 95])
    lived.pass(13 * hourMs)
    await fill(lived, [95, 50, 50, 50, 50])
    return { bucket, lived }
  }
  const sweep = async (bucket: MemoryBucket, below: number) => {
    const { objects } = await bucket.list(logPrefix('all'))
    await bucket.delete(objects.slice(0, below).map(({ key }) => key))
  }

  it('is replayed from its first checkpoint on, and no further back', async () => {
    const { bucket } = await twoDays()
    await sweep(bucket, 1)
    const replayed = await replay(bucket)
    expect(replayed.shortened).toEqual([{ shard: 'all', fromMs: startMs + 13 * hourMs + 3 * minuteMs }])
    expect(replayed.differences).toEqual([])
    expect(changes(replayed)).toEqual(['same default resolved disk/var'])
    const frame = { fromMs: startMs, toMs: startMs + 2 * dayMs, timeZone: 'UTC', path: 'vitals.yml' }
    expect(replayLines(replayed, frame)[2]).toBe(
      '! Shard all: the log, or its first checkpoint, reaches back to 2026-03-02 01:03 only; before that nothing is compared.',
    )
  })

  it('is said not to be enough where no checkpoint is left', async () => {
    const { bucket } = await twoDays()
    await sweep(bucket, 1)
    await bucket.delete((await bucket.list(checkpointPrefix('all'))).objects.map(({ key }) => key))
    const replayed = await replay(bucket)
    expect(replayed).toMatchObject({ shortened: [{ shard: 'all' }], notices: [], blocks: 0 })
    const frame = { fromMs: startMs, toMs: startMs + dayMs, timeZone: 'UTC', path: 'vitals.yml' }
    expect(replayLines(replayed, frame).join('\n')).toContain('! Nothing of shard all can be replayed')
  })

  it('is narrowed to a time and to hosts', async () => {
    const { bucket, lived } = await twoDays()
    await fill(lived, [95], 'db-1')
    expect(changes(await replay(bucket, { hosts: ['db-1'] }))).toEqual(['same default firing disk/var'])
    expect(changes(await replay(bucket, { toMs: startMs + hourMs }))).toEqual(['same default firing disk/var'])
    const later = await replay(bucket, { fromMs: startMs + 12 * hourMs, hosts: ['web-1'] })
    expect(changes(later)).toEqual(['same default resolved disk/var'])
    expect(later.shortened).toEqual([])
  })

  it('is nothing where nothing was committed', async () => {
    expect(await replay(memoryBucket())).toMatchObject({ blocks: 0, notices: [], shortened: [] })
  })
})

it('tells where another version of evaluate decided otherwise', async () => {
  const bucket = memoryBucket()
  const lived = await liveOn(bucket, { rules })
  await fill(lived, [50, 95])
  const [, second] = (await bucket.list(logPrefix('all'))).objects
  const text = unpack((await bucket.get(second?.key ?? ''))?.body ?? new Uint8Array(), 1e6)
  await bucket.put(second?.key ?? '', pack(text.replaceAll('95.0', '95.5')))
  const replayed = await replay(bucket)
  expect(replayed.differences).toMatchObject([{ shard: 'all', block: 2, was: expect.stringContaining('95.5') }])
  const frame = { fromMs: startMs, toMs: startMs + dayMs, timeZone: 'UTC', path: 'vitals.yml' }
  expect(replayLines(replayed, frame)[1]).toMatch(
    /^NOT the same: the rules are, but evaluate decided otherwise at block 2/,
  )
})
