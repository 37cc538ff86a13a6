/**
 * The one pure function of a run: (state, input, rules, now) -> the next state and the rows of the block. The same again
 * over the same blocks gives the same, which is what replay and the log's being the truth rest on.
 */
import type { Transition } from '../alerts/alert.ts'
import { effectiveRules, type Rule, type RuleSet } from '../alerts/rule.ts'
import { awayAfterMs } from '../heartbeat.ts'
import type { Notice } from '../notice.ts'
import { defaultPolicy, type TellingPolicy } from '../telling/policy.ts'
import { type TellOptions, tell } from '../telling/tell.ts'
import type { BlockRow, RefusedRow } from './block.ts'
import { decidePresence, decideSample, decideSilence } from './decide.ts'
import type { Decided } from './decide-alert.ts'
import { isTold, withFinding, withoutOldFindings } from './findings.ts'
import { forgetHosts, stillGone } from './forget.ts'
import { tellHoles } from './holes.ts'
import type { ShardInput } from './inputs.ts'
import { sift } from './sift.ts'
import type { HostState, ShardState } from './state.ts'
import { type NewBatch, newHost, takeBatches } from './take.ts'
import { type FoundControl, takeControl } from './take-control.ts'

export interface AdvanceOptions {
  before: ShardState
  inputs: readonly ShardInput[]
  rules: RuleSet
  nowMs: number
  /** False: the run stopped at its bound and doesn't know who else has sent something; then nobody is called down. */
  sawWholeInbox: boolean
  /** Absent: everything goes to the default receiver. */
  policy?: TellingPolicy | undefined
  /** What operators say, as this run found it; absent: it could not be read, and what is known stands. */
  control?: FoundControl | undefined
  /** evaluate had been away until this run. */
  resumedAtMs?: number | undefined
}

export interface Advance {
  /** Without `head` and `write` of this run: the shell gives them. */
  state: ShardState
  rows: BlockRow[]
  /** Of `state.notices`, those that this run made. */
  notices: Notice[]
  /** Inbox keys that need not be kept once this is committed. */
  deletable: string[]
  /** Something to commit? A run that found nothing writes nothing. */
  changed: boolean
}

/** Longer than any spool keeps a batch, so that a batch can't come after its watermark is gone. */
const streamKeptMs = 60 * 86_400_000
const refusedKept = 256

export function advanceShard(options: AdvanceOptions): Advance {
  const { before, inputs, rules, nowMs, sawWholeInbox } = options
  const hosts = new Map(Object.entries(before.hosts))
  const { gone, telling } = before
  const sorted = inputs.toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
  const { fresh, deletable } = sift((name) => (hosts.get(name) ?? gone[name])?.streams, sorted)
  const rows: BlockRow[] = []
  const transitions: Transition[] = []
  const { control, row: controlRow } = takeControl(before, options.control, { hosts, nowMs })
  if (controlRow) rows.push(controlRow)
  const left = forgetHosts(hosts, {
    forgotten: control.forgotten,
    isHeard: (name) => !sawWholeInbox || sorted.some((input) => hostOf(input) === name),
    severityOf: (incident) => telling[incident]?.severity ?? 'warning',
    nowMs,
  })
  rows.push(...left.rows)
  transitions.push(...left.transitions)

  for (const [name, batches] of fresh) {
    const [first] = batches
    if (!first) continue
    const host = hosts.get(name) ?? { ...newHost(nowMs, first.batch), streams: gone[name]?.streams ?? {} }
    const advanced = advanceHost(host, { name, batches, rules, nowMs })
    hosts.set(name, advanced.host)
    rows.push(...advanced.rows)
    transitions.push(...advanced.transitions)
  }
  const refused = refuse(hosts, sorted, before.refused, nowMs)
  rows.push(...refused)
  const toldWaiting = tellWaiting(hosts, sorted, nowMs)
  for (const [name, host] of hosts) {
    const { host: withHoles, gaps } = tellHoles(name, host, nowMs)
    rows.push(...gaps)
    hosts.set(name, withHoles)
    const heard = fresh.has(name)
    if (!sawWholeInbox && !heard) continue
    const present = decideUp(withHoles, { name, rules: rulesOf(rules, name, withHoles), heard, nowMs })
    hosts.set(name, present.host)
    transitions.push(...present.transitions)
  }
  rows.push(...transitions)
  const told = tell({
    shard: before.shard,
    before: telling,
    transitions,
    forgotten: new Set(left.rows.map(({ host }) => host)),
    control,
    policy: options.policy ?? defaultPolicy,
    ...lookUp(rules, hosts),
    nowMs,
  })
  rows.push(...told.rows)
  const resumedAtMs = resumed(before, options)
  const stillGoneHosts = stillGone({ ...gone, ...left.gone }, { hosts, keptMs: streamKeptMs, nowMs })
  return {
    state: {
      ...before,
      hosts: Object.fromEntries(hosts),
      notices: [...before.notices, ...told.notices],
      refused: [...before.refused, ...refused.map(({ key }) => key)].slice(-refusedKept),
      telling: told.telling,
      ...(controlRow ? { control, controlEtag: controlRow.etag } : {}),
      gone: stillGoneHosts,
      ...(resumedAtMs === undefined ? {} : { resumedAtMs }),
    },
    rows,
    notices: told.notices,
    deletable,
    changed: rows.length > 0 || toldWaiting || resumedAtMs !== before.resumedAtMs,
  }
}

function hostOf(input: ShardInput): string | undefined {
  return input.kind === 'batch' ? input.name.host : input.host
}

/** Rules and tags by host, each looked up once a run. */
function lookUp(rules: RuleSet, hosts: ReadonlyMap<string, HostState>): Pick<TellOptions, 'ruleOf' | 'tagsOf'> {
  const known = new Map<string, readonly Rule[]>()
  const rulesOfHost = (name: string) => {
    const host = hosts.get(name)
    const found = known.get(name) ?? (host ? rulesOf(rules, name, host) : rules.rules)
    known.set(name, found)
    return found
  }
  return {
    ruleOf: (name, id) => rulesOfHost(name).find((rule) => rule.id === id),
    tagsOf: (name) => hosts.get(name)?.facts.tags ?? {},
  }
}

/** Not twice within what counts as being away: a heartbeat that can't be written must not keep hosts from being called down. */
function resumed({ resumedAtMs: before }: ShardState, { resumedAtMs, nowMs }: AdvanceOptions): number | undefined {
  if (resumedAtMs === undefined || (before !== undefined && Math.abs(nowMs - before) < awayAfterMs)) return before
  return resumedAtMs
}

function rulesOf(rules: RuleSet, name: string, { facts }: HostState): readonly Rule[] {
  return effectiveRules(rules, { name, tags: facts.tags ?? {} })
}

/** A row for each refused input that no earlier run told. */
function refuse(
  hosts: Map<string, HostState>,
  inputs: readonly ShardInput[],
  known: readonly string[],
  nowMs: number,
): RefusedRow[] {
  return inputs.flatMap((input): RefusedRow[] => {
    if (input.kind !== 'refused' || known.includes(input.key)) return []
    const { key, host: name, reason } = input
    const host = name === undefined ? undefined : hosts.get(name)
    if (host && name !== undefined) hosts.set(name, withFinding(host, 'refused-input', reason, nowMs))
    return [{ kind: 'refused', key, reason, ...(name === undefined ? {} : { host: name }) }]
  })
}

/** What a newer agent wrote waits in the inbox; that is told once a day. */
function tellWaiting(hosts: Map<string, HostState>, inputs: readonly ShardInput[], nowMs: number): boolean {
  let told = false
  for (const input of inputs) {
    if (input.kind !== 'waits') continue
    const host = hosts.get(input.host)
    if (!host || isTold(host, 'newer-agent', nowMs)) continue
    hosts.set(input.host, withFinding(host, 'newer-agent', input.reason, nowMs))
    told = true
  }
  return told
}

function advanceHost(
  before: HostState,
  { name, batches, rules: all, nowMs }: { name: string; batches: readonly NewBatch[]; rules: RuleSet; nowMs: number },
) {
  const { host: withBatches, rows, samples, saidGoodbyeAtMs } = takeBatches(before, batches, nowMs)
  const transitions: Transition[] = []
  let host = withBatches
  const rules = rulesOf(all, name, host)
  for (const sample of samples) {
    const decided = decideSample(host, { name, sample, rules, nowMs })
    host = decided.host
    transitions.push(...decided.transitions)
  }
  host = withStop(host, saidGoodbyeAtMs)
  if (host.stoppedAtMs !== undefined && host.stoppedAtMs !== before.stoppedAtMs) {
    const reason = 'the agent was stopped'
    const decided = decideSilence(host, { name, rules, atMs: host.stoppedAtMs, nowMs, reason })
    host = decided.host
    transitions.push(...decided.transitions)
  }
  host = withDuplicates(withoutOldStreams(withoutOldFindings(host, nowMs), nowMs), nowMs)
  return { host, rows, transitions }
}

/** Stopped, unless something newer than the goodbye is known. */
function withStop(host: HostState, saidGoodbyeAtMs: number | undefined): HostState {
  const { stoppedAtMs, ...rest } = host
  const latest = Math.max(stoppedAtMs ?? 0, saidGoodbyeAtMs ?? 0)
  return latest > 0 && latest >= (host.lastEventMs ?? 0) ? { ...rest, stoppedAtMs: latest } : rest
}

function decideUp(
  before: HostState,
  { name, rules, heard, nowMs }: { name: string; rules: readonly Rule[]; heard: boolean; nowMs: number },
): Decided {
  let host = before
  const transitions: Transition[] = []
  for (const rule of rules) {
    if (rule.kind !== 'absent' || rule.of !== 'host') continue
    const presence = decidePresence(host, { name, rule, heard, nowMs })
    const wentDown = presence.transitions.some(({ to }) => to === 'firing')
    const reason = 'the host is silent'
    const silence = wentDown
      ? decideSilence(presence.host, { name, rules, atMs: nowMs, nowMs, reason })
      : { host: presence.host, transitions: [] }
    host = silence.host
    transitions.push(...presence.transitions, ...silence.transitions)
  }
  return { host, transitions }
}

function withoutOldStreams(host: HostState, nowMs: number): HostState {
  const entries = Object.entries(host.streams)
  const kept = entries.filter(([, stream]) => nowMs - stream.lastArrivalMs < streamKeptMs)
  return kept.length === entries.length ? host : { ...host, streams: Object.fromEntries(kept) }
}

/** Two streams whose snapshots overlap in time, both alive: two agents write under one name. */
function withDuplicates(host: HostState, nowMs: number): HostState {
  const aliveMs = Math.max(2 * host.shipEveryMs, 10 * 60_000)
  const alive = Object.values(host.streams).filter((stream) => nowMs - stream.lastArrivalMs < aliveMs)
  const toleranceMs = 2 * (host.intervalMs ?? 60_000)
  const overlap = alive.some((a, index) =>
    alive.slice(index + 1).some((b) => {
      const beginMs = Math.max(a.firstEventMs ?? 0, b.firstEventMs ?? 0)
      const endMs = Math.min(a.lastEventMs ?? 0, b.lastEventMs ?? 0)
      return endMs - beginMs > toleranceMs
    }),
  )
  if (!overlap || isTold(host, 'duplicate-host', nowMs)) return host
  return withFinding(host, 'duplicate-host', 'two agents send under this name at the same time', nowMs)
}
