import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { defaultRuleSet } from '../../../../core/alerts/default-rules.ts'
import type { RuleSet } from '../../../../core/alerts/rule.ts'
import { type Advance, advanceShard } from '../../../../core/shard/advance.ts'
import { blockVersion } from '../../../../core/shard/block.ts'
import { controlOfBlock, inputsOfBlock, type ShardInput } from '../../../../core/shard/inputs.ts'
import { emptyState, type ShardState } from '../../../../core/shard/state.ts'
import { type Control, noControl } from '../../../../core/telling/control.ts'
import { defaultGroup, type TellingPolicy } from '../../../../core/telling/policy.ts'
import { makeBatch, makeInput, makeSettings, makeSnapshot, minuteMs, startMs } from '../../../make.ts'

const rules: RuleSet = defaultRuleSet(makeSettings())

function run(before: ShardState, inputs: ShardInput[], nowMs: number, sawWholeInbox = true): Advance {
  return advanceShard({ before, inputs, rules, nowMs, sawWholeInbox })
}

/** One snapshot a minute with these values, each evaluated as it comes. */
function minutes(values: Partial<Parameters<typeof makeSnapshot>[0]>[], from = emptyState('all')) {
  let state = from
  const said: string[] = []
  const notices: string[] = []
  for (const [index, value] of values.entries()) {
    const atMs = startMs + index * minuteMs
    const input = makeInput(makeBatch({ seq: index + 1, records: [makeSnapshot({ atMs, ...value })] }))
    const advance = run(state, [input], atMs + 1_000)
    state = advance.state
    for (const row of advance.rows) {
      if (row.kind === 'transition') said.push(`${index} ${row.rule}${row.entity} ${row.from} > ${row.to}`)
    }
    notices.push(...advance.notices.map(({ kind, rule }) => `${index} ${rule} ${kind}`))
  }
  return { state, said, notices }
}

describe('a run', () => {
  it('wakes nobody for a short burst of CPU', () => {
    const { said, notices } = minutes([
      ...Array(12).fill({}),
      { cpuPercent: 95 },
      { cpuPercent: 95 },
      ...Array(3).fill({}),
    ])
    expect(said).toEqual(['12 cpu ok > pending', '14 cpu pending > ok'])
    expect(notices).toEqual([])
  })

  it('fires once when CPU was high for ten minutes, and resolves once when it is over', () => {
    const { said, notices } = minutes([...Array(15).fill({ cpuPercent: 95 }), ...Array(12).fill({ cpuPercent: 5 })])
    expect(said[0]).toBe('0 cpu ok > pending')
    expect(said[1]).toMatch(/^[89] cpu pending > firing$/)
    expect(notices).toHaveLength(2)
    expect(notices[0]).toMatch(/^[89] cpu firing$/)
    expect(notices[1]).toMatch(/cpu resolved$/)
  })

  it('judges each mount by itself, at once', () => {
    const full: [string, number][] = [
      ['/', 50],
      ['/var', 93],
    ]
    const { said } = minutes([{ disks: full }, { disks: full }])
    expect(said).toEqual(['0 disk/var ok > firing'])
  })

  it('says no-data, and not ok, of a mount that is gone, and keeps the incident open', () => {
    const { said, notices, state } = minutes([{ disks: [['/var', 93]] }, { disks: [] }])
    expect(said).toEqual(['0 disk/var ok > firing', '1 disk/var firing > no-data'])
    expect(notices).toEqual(['0 disk firing'])
    expect(state.hosts['web-1']?.alerts['disk|/var']).toMatchObject({ state: 'no-data', incident: {} })
  })

  it('calls a silent host down once, and up again when it is heard', () => {
    const { state } = minutes([{}])
    const later = run(state, [], startMs + 10 * minuteMs)
    expect(later.rows).toMatchObject([
      { rule: 'host-down', to: 'firing', reason: expect.stringContaining('nothing heard for 10 min') },
      { kind: 'telling', tell: 'firing' },
    ])
    expect(run(later.state, [], startMs + 20 * minuteMs)).toMatchObject({ changed: false, rows: [] })
    const atMs = startMs + 21 * minuteMs
    const back = run(later.state, [makeInput(makeBatch({ seq: 2, records: [makeSnapshot({ atMs })] }))], atMs)
    expect(back.notices).toMatchObject([{ rule: 'host-down', kind: 'resolved', reason: 'heard again' }])
  })

  it('does not call a host down that said goodbye, nor one whose inbox it has not seen', () => {
    const { state } = minutes([{}])
    const records = [{ kind: 'goodbye' as const, observedAtMs: startMs + 1_000 }]
    const stopped = run(state, [makeInput(makeBatch({ seq: 2, records }))], startMs + 2_000).state
    expect(stopped.hosts['web-1']?.stoppedAtMs).toBe(startMs + 1_000)
    expect(run(stopped, [], startMs + 60 * minuteMs).changed).toBe(false)
    expect(run(state, [], startMs + 60 * minuteMs, false).changed).toBe(false)
  })

  it('changes nothing when it finds nothing new', () => {
    const { state } = minutes([{}, {}])
    const again = makeInput(makeBatch({ seq: 2, records: [makeSnapshot({ atMs: startMs + minuteMs })] }))
    const advance = run(state, [again], startMs + minuteMs + 2_000)
    expect(advance).toMatchObject({ changed: false, rows: [], notices: [], deletable: [again.key] })
  })

  it('keeps both batches of a cloned machine, and tells it', () => {
    const one = makeInput(makeBatch({ records: [makeSnapshot({ cpuPercent: 1 })] }))
    const two = makeInput(makeBatch({ records: [makeSnapshot({ cpuPercent: 2 })] }))
    const advance = run(emptyState('all'), [one, two], startMs)
    expect(advance.rows.filter(({ kind }) => kind === 'sample')).toHaveLength(2)
    expect(advance.state.hosts['web-1']?.findings).toMatchObject([{ kind: 'cloned-stream' }])
  })

  it('tells two agents that send under one name', () => {
    const records = (from: number) =>
      [0, 1, 2, 3, 4].map((index) => makeSnapshot({ atMs: startMs + (from + index) * minuteMs }))
    const a = makeInput(makeBatch({ stream: 'a'.repeat(16), records: records(0) }))
    const b = makeInput(makeBatch({ stream: 'b'.repeat(16), records: records(1) }))
    const advance = run(emptyState('all'), [a, b], startMs + 6 * minuteMs)
    expect(advance.state.hosts['web-1']?.findings).toMatchObject([{ kind: 'duplicate-host' }])
  })

  it('takes a restarted agent for one host', () => {
    const a = makeInput(makeBatch({ stream: 'a'.repeat(16), records: [makeSnapshot()] }))
    const b = makeInput(makeBatch({ stream: 'b'.repeat(16), records: [makeSnapshot({ atMs: startMs + minuteMs })] }))
    expect(run(emptyState('all'), [a, b], startMs + 2 * minuteMs).state.hosts['web-1']?.findings).toEqual([])
  })

  it('adds late samples to the log and decides nothing by them', () => {
    const { state } = minutes([{}, {}, {}])
    const late = makeBatch({ seq: 9, records: [makeSnapshot({ atMs: startMs - 20 * 86_400_000, disks: [['/', 99]] })] })
    const advance = run(state, [makeInput(late)], startMs + 4 * minuteMs)
    expect(advance.rows.map(({ kind }) => kind)).toEqual(['batch', 'sample'])
    expect(advance.state.hosts['web-1']?.lastEventMs).toBe(startMs + 2 * minuteMs)
  })

  it('tells refused input once, and forgets no other host for it', () => {
    const bad: ShardInput = { kind: 'refused', key: 'inbox/v1/x', host: 'web-1', reason: 'not JSON' }
    const first = run(emptyState('all'), [bad, makeInput(makeBatch())], startMs)
    expect(first.rows.map(({ kind }) => kind)).toEqual(['batch', 'sample', 'refused'])
    expect(first.deletable).toContain(bad.key)
    expect(run(first.state, [bad], startMs + 1)).toMatchObject({ changed: false, deletable: [bad.key] })
  })

  it('leaves what a newer agent wrote in the inbox, and says so once', () => {
    const { state } = minutes([{}])
    const newer: ShardInput = { kind: 'waits', key: 'inbox/v1/y', host: 'web-1', reason: 'schema version 2' }
    const told = run(state, [newer], startMs + minuteMs)
    expect(told).toMatchObject({ changed: true, deletable: [] })
    expect(told.state.hosts['web-1']?.findings).toMatchObject([{ kind: 'newer-agent' }])
    expect(run(told.state, [newer], startMs + 2 * minuteMs).changed).toBe(false)
  })

  it('tells a hole as a gap when its stream has ended', () => {
    const old = [1, 4].map((seq) => makeInput(makeBatch({ seq, records: [makeSnapshot({ atMs: startMs + seq })] })))
    const next = makeInput(makeBatch({ stream: 'b'.repeat(16), records: [makeSnapshot({ atMs: startMs + minuteMs })] }))
    const state = run(emptyState('all'), [...old, next], startMs + minuteMs).state
    const later = run({ ...state, hosts: state.hosts }, [], startMs + 2 * 3_600_000, false)
    expect(later.rows).toMatchObject([{ kind: 'gap', batches: 2, reason: expect.stringContaining('batches 2 to 3') }])
    expect(run(later.state, [], startMs + 3 * 3_600_000, false).rows).toEqual([])
  })

  it('takes a host of any name', () => {
    const hosts = ['__proto__', 'constructor', '<script>alert(1)</script>', '..', 'a/b', 'ü']
    const inputs = hosts.map((host) => makeInput(makeBatch({ host })))
    expect(Object.keys(run(emptyState('all'), inputs, startMs).state.hosts).sort()).toEqual([...hosts].sort())
  })

  it('gives the same when it is replayed from its own blocks', () => {
    const value = fc.record({
      cpuPercent: fc.constantFrom(5, 78, 99),
      disk: fc.constantFrom(50, 89, 95),
      lateMinutes: fc.constantFrom(0, 0, 0, 3, 300),
      skip: fc.boolean(),
      goodbye: fc.constantFrom(false, false, false, true),
      silentMinutes: fc.constantFrom(1, 1, 1, 15),
      said: fc.constantFrom(undefined, undefined, undefined, 'silence', 'ack', 'forget', 'nothing any more'),
      resumed: fc.constantFrom(false, false, false, true),
    })
    fc.assert(
      fc.property(fc.array(value, { maxLength: 30 }), (values) => {
        let state = emptyState('all')
        let replayed = emptyState('all')
        let nowMs = startMs
        let seq = 0
        for (const { cpuPercent, disk, lateMinutes, skip, goodbye, silentMinutes, said, resumed } of values) {
          nowMs += silentMinutes * minuteMs
          seq += skip ? 2 : 1
          const snapshot = makeSnapshot({ atMs: nowMs - lateMinutes * minuteMs, cpuPercent, disks: [['/', disk]] })
          const records = goodbye ? [snapshot, { kind: 'goodbye' as const, observedAtMs: nowMs }] : [snapshot]
          const inputs = silentMinutes > 10 ? [] : [makeInput(makeBatch({ seq, records }))]
          const control =
            said === undefined ? undefined : { etag: `${said} ${seq}`, control: saying(said, nowMs, state) }
          const resumedAtMs = resumed ? nowMs : undefined
          const options = { rules, policy, nowMs, sawWholeInbox: true, resumedAtMs }
          const advance = advanceShard({ ...options, before: state, inputs, control })
          if (!advance.changed) continue
          state = advance.state
          const header = {
            kind: 'block',
            v: blockVersion,
            shard: 'all',
            n: 1,
            write: '',
            prev: '',
            nowMs,
            rulesHash: '',
            sawWholeInbox: true,
          } as const
          const block = { header, rows: advance.rows }
          const taken = { inputs: inputsOfBlock(block), control: controlOfBlock(block) }
          const again = advanceShard({ ...options, before: replayed, ...taken })
          expect(JSON.stringify(again.rows)).toBe(JSON.stringify(advance.rows))
          replayed = again.state
        }
        expect(JSON.stringify(replayed)).toBe(JSON.stringify(state))
      }),
    )
  })
})

/** A pager for what is critical, again each ten minutes; the rest in the afternoon. */
const policy: TellingPolicy = {
  routes: [
    { match: { severity: 'critical' }, to: ['pager'], group: defaultGroup, repeatMs: 10 * minuteMs, continue: true },
    {
      match: {},
      during: { timeZone: 'UTC', fromMinutes: 12 * 60 + 5, toMinutes: 18 * 60 },
      to: ['ops'],
      group: defaultGroup,
      continue: false,
    },
  ],
  maintenance: [],
}

function saying(what: string, nowMs: number, { telling }: ShardState): Control {
  const [incident = 'a'.repeat(12)] = Object.keys(telling)
  const by = { by: 'root', comment: '' }
  const untilMs = nowMs + 5 * minuteMs
  const silence = { id: '0a1b2c3d', match: { rules: ['disk'] }, fromMs: nowMs, untilMs, createdAtMs: nowMs, ...by }
  switch (what) {
    case 'silence':
      return { ...noControl, silences: [silence] }
    case 'ack':
      return { ...noControl, acks: [{ incident, untilMs, atMs: nowMs, ...by }] }
    case 'forget':
      return { ...noControl, forgotten: [{ host: 'web-1', by: 'root', atMs: nowMs }] }
    default:
      return noControl
  }
}
