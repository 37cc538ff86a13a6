import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { defaultRuleSet } from '../../../../core/alerts/default-rules.ts'
import type { RuleSet } from '../../../../core/alerts/rule.ts'
import { advanceShard } from '../../../../core/shard/advance.ts'
import { blockVersion } from '../../../../core/shard/block.ts'
import { inputsOfBlock, type ShardInput } from '../../../../core/shard/inputs.ts'
import { emptyState, type HostState, type ShardState } from '../../../../core/shard/state.ts'
import { makeBatch, makeInput, makeSettings, makeSnapshot, makeThreshold, minuteMs, startMs } from '../../../make.ts'

const settings = makeSettings({ cpuWindowMs: 5 * minuteMs })

/** Everything that remembers something of the past. */
const rules: RuleSet = {
  ...defaultRuleSet(settings),
  rules: [
    ...defaultRuleSet(settings).rules,
    makeThreshold({ id: 'some', datapoints: { breaching: 2, of: 3 }, critical: 95, keepFiringMs: minuteMs }),
    makeThreshold({ id: 'flaps', flap: { times: 2, withinMs: 10 * minuteMs, calmMs: 5 * minuteMs } }),
    makeThreshold({ id: 'rises', agg: 'delta', windowMs: 3 * minuteMs, threshold: 20, clear: 10 }),
  ],
}

type Minute = { cpuPercent: number; disk: number; finds: boolean }

function batchOf(seq: number, minute: number, { cpuPercent, disk, finds }: Minute): ShardInput {
  const findings = finds ? [{ check: 'queue', severity: 'warning' as const, message: 'long' }] : []
  const atMs = startMs + minute * minuteMs
  const snapshot = makeSnapshot({ atMs, cpuPercent, disks: [['/', disk]], findings })
  return makeInput(makeBatch({ seq, records: [snapshot], shipEveryMs: minuteMs }))
}

interface Run {
  inputs: readonly ShardInput[]
  nowMs: number
}

/** Runs and, beside them, their replay from the blocks. */
function live(runs: readonly Run[], set = rules) {
  let state: ShardState = emptyState('all')
  let replayed = state
  const said: string[] = []
  for (const { inputs, nowMs } of runs) {
    const options = { rules: set, nowMs, sawWholeInbox: true }
    const advance = advanceShard({ before: { ...state, notices: [] }, inputs, ...options })
    state = advance.state
    for (const row of advance.rows) {
      if (row.kind !== 'transition') continue
      const minute = (row.atMs - startMs) / minuteMs
      said.push(`${minute} ${row.rule} ${row.from} > ${row.to}${row.amends ? ' amends' : ''}: ${row.reason}`)
    }
    if (!advance.changed) continue
    const header = { kind: 'block', v: blockVersion, shard: 'all', n: 1, write: '', prev: '', rulesHash: '' } as const
    const block = { header: { ...header, nowMs, sawWholeInbox: true }, rows: advance.rows }
    const again = advanceShard({ before: { ...replayed, notices: [] }, inputs: inputsOfBlock(block), ...options })
    expect(JSON.stringify(again.rows)).toBe(JSON.stringify(advance.rows))
    replayed = again.state
    expect(JSON.stringify(replayed.hosts)).toBe(JSON.stringify(state.hosts))
  }
  return { state, said, host: state.hosts['web-1'] as HostState }
}

/** What the alerts are, whatever their incidents were first told as. */
function alertsOf({ alerts }: HostState): string {
  return JSON.stringify(
    Object.entries(alerts)
      .map(([key, alert]) => [key, 'incident' in alert ? { ...alert, incident: alert.incident?.startedAtMs } : alert])
      .sort(([a], [b]) => ((a as string) < (b as string) ? -1 : 1)),
  )
}

describe('samples in any order', () => {
  const minute = fc.record({
    cpuPercent: fc.constantFrom(5, 50, 78, 90, 99),
    disk: fc.constantFrom(50, 50, 89, 95),
    finds: fc.constantFrom(false, false, true),
  })
  const story = fc.record({
    minutes: fc.array(minute, { minLength: 1, maxLength: 40 }),
    /** How many minutes late each batch comes, at most; and whether it comes twice. */
    delays: fc.infiniteStream(fc.constantFrom(0, 0, 0, 1, 3, 8, 13)),
    twice: fc.infiniteStream(fc.constantFrom(false, false, false, true)),
    gaps: fc.infiniteStream(fc.constantFrom(false, false, false, false, false, true)),
    runEvery: fc.constantFrom(1, 2, 5),
  })

  it('give the alerts of the same samples in order, and a log that replays to the byte', () => {
    fc.assert(
      fc.property(story, ({ minutes, delays, twice, gaps, runEvery }) => {
        const sent = minutes.flatMap((of, at) =>
          at > 0 && gaps.next().value
            ? []
            : [{ at, batch: batchOf(at + 1, at, of), delay: delays.next().value as number }],
        )
        const ordered = sent.map(({ at, batch }) => ({ inputs: [batch], nowMs: startMs + at * minuteMs + 1_000 }))
        const arrivals = sent.flatMap(({ at, batch, delay }) => {
          const arrival = { atMinute: at + delay, batch }
          return twice.next().value ? [arrival, { ...arrival, atMinute: arrival.atMinute + 2 }] : [arrival]
        })
        const lastMinute = Math.max(...arrivals.map(({ atMinute }) => atMinute))
        const shuffled: Run[] = []
        for (let from = 0; from <= lastMinute; from += runEvery) {
          const due = arrivals.filter(({ atMinute }) => atMinute >= from && atMinute < from + runEvery)
          shuffled.push({ inputs: due.map(({ batch }) => batch), nowMs: startMs + (from + runEvery) * minuteMs })
        }
        // The last word of both is the same sample, taken at the same time, so that nobody is silent.
        const last = batchOf(1_000, lastMinute + 1, minutes[0] as Minute)
        const end = { inputs: [last], nowMs: startMs + (lastMinute + 1) * minuteMs + 1_000 }
        expect(alertsOf(live([...shuffled, end]).host)).toBe(alertsOf(live([...ordered, end]).host))
      }),
      { numRuns: Number(process.env.VITALS_LATE_RUNS ?? 60) },
    )
  })
})
