/** Hosts that send, minute by minute, and what is decided about them. */
import type { Transition } from '../../../../core/alerts/alert.ts'
import { defaultRules } from '../../../../core/alerts/default-rules.ts'
import type { Rule, RuleSet } from '../../../../core/alerts/rule.ts'
import type { BatchRecord, ClockReading } from '../../../../core/batch.ts'
import { advanceShard } from '../../../../core/shard/advance.ts'
import { emptyState, type ShardState } from '../../../../core/shard/state.ts'
import { makeBatch, makeInput, makeSettings, makeSnapshot, minuteMs, startMs } from '../../../make.ts'

export type Values = Omit<NonNullable<Parameters<typeof makeSnapshot>[0]>, 'atMs'>

/** `at` is the minute it was taken, where that is not the minute in which it comes. */
export type Sent = Values & { host?: string; at?: number; clock?: ClockReading; goodbye?: true }

/** These, and whether the host is there. */
export function ruleSetOf(...rules: Rule[]): RuleSet {
  const hostDown = defaultRules(makeSettings()).filter(({ kind }) => kind === 'absent')
  return { rules: [...rules, ...hostDown], overrides: [] }
}

/** `from`: goes on from there, with agents that were started again. */
export function createShard(rules: RuleSet, from = emptyState('all')) {
  let state: ShardState = from
  const stream = (Object.keys(from.hosts).length > 0 ? 'b' : 'a').repeat(16)
  const seqs = new Map<string, number>()
  return {
    state: () => state,
    /** What comes in this minute is taken in it. */
    run(minute: number, sent: readonly Sent[] = [], options: { resumedAtMs?: number } = {}): Transition[] {
      const inputs = sent.map(({ host = 'web-1', at = minute, clock, goodbye, ...values }) => {
        const seq = (seqs.get(host) ?? 0) + 1
        seqs.set(host, seq)
        const atMs = startMs + at * minuteMs
        const said: BatchRecord[] = goodbye ? [{ kind: 'goodbye', observedAtMs: atMs }] : []
        const records = [makeSnapshot({ atMs, ...values }), ...said]
        return makeInput(makeBatch({ host, stream, seq, records, ...(clock ? { clock } : {}) }))
      })
      const nowMs = startMs + minute * minuteMs + 1_000
      const before = { ...state, notices: [] }
      const advance = advanceShard({ before, inputs, rules, nowMs, sawWholeInbox: true, ...options })
      state = advance.state
      return advance.rows.filter((row) => row.kind === 'transition')
    },
  }
}

/** `3 cpu firing > firing (warning): why`; the minute is that of the event. */
export function said({ atMs, rule, entity, from, to, severity, reason, amends, flapping }: Transition): string {
  const marks = `${severity}${amends ? ', amends' : ''}${flapping ? ', flapping' : ''}`
  return `${Math.round((atMs - startMs) / minuteMs)} ${`${rule} ${entity}`.trim()} ${from} > ${to} (${marks}): ${reason}`
}

/** One host, a minute after the other: what is said. */
export function minutes(rules: RuleSet, values: readonly (Sent | undefined)[]): string[] {
  const shard = createShard(rules)
  return values.flatMap((one, minute) => shard.run(minute, one ? [one] : []).map(said))
}
