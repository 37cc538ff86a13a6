/**
 * The one pure function of a run: (state, input, rules, now) -> the next state and the rows of the block. The same again
 * over the same blocks gives the same, which is what replay and the log's being the truth rest on.
 */
import type { Transition } from '../alerts/alert.ts'
import { type HostRules, rulesByHost } from '../alerts/host-rules.ts'
import { defaultLatenessMs, type RuleSet } from '../alerts/rule.ts'
import { awayAfterMs } from '../heartbeat.ts'
import type { Notice } from '../notice.ts'
import { defaultPolicy, type TellingPolicy } from '../telling/policy.ts'
import { type TellOptions, tell } from '../telling/tell.ts'
import { advanceHost } from './advance-host.ts'
import type { BlockRow, RefusedRow } from './block.ts'
import { isTold, withFinding } from './findings.ts'
import { forgetHosts, stillGone } from './forget.ts'
import { tellHoles } from './holes.ts'
import type { ShardInput } from './inputs.ts'
import { listen } from './listen.ts'
import { sift } from './sift.ts'
import type { HostState, ShardState } from './state.ts'
import { newHost } from './take.ts'
import { type FoundControl, takeControl } from './take-control.ts'
import { streamKeptMs } from './upkeep.ts'

export interface AdvanceOptions {
  before: ShardState
  inputs: readonly ShardInput[]
  rules: RuleSet
  nowMs: number
  /** False: the run stopped at its bound and doesn't know who else has sent something; then nobody is called down. */
  sawWholeInbox: boolean
  /** Something of these hosts could not be read: of them alone nobody knows. */
  unreadHosts?: readonly string[] | undefined
  /** Absent: everything goes to the default receiver. */
  policy?: TellingPolicy | undefined
  /** What operators say, as this run found it; absent: it could not be read, and what is known stands. */
  control?: FoundControl | undefined
  /** evaluate had been away until this run. */
  resumedAtMs?: number | undefined
}

/** The rules of a host as it is now: its tags may be others than a moment ago. */
export type RulesOf = (name: string, host: HostState) => HostRules

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

const refusedKept = 256

export function advanceShard(options: AdvanceOptions): Advance {
  const { before, inputs, rules, nowMs, sawWholeInbox, unreadHosts = [] } = options
  const { latenessMs = defaultLatenessMs } = rules
  const byHost = rulesByHost(rules)
  const rulesOf: RulesOf = (name, { facts }) => byHost({ name, tags: facts.tags ?? {} })
  const hosts = new Map(Object.entries(before.hosts))
  const { gone, telling } = before
  const sorted = inputs.toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
  const { fresh, deletable } = sift((name) => (hosts.get(name) ?? gone[name])?.streams, sorted)
  const rows: BlockRow[] = []
  const transitions: Transition[] = []
  const unread = new Set(sawWholeInbox ? unreadHosts : hosts.keys())
  const { control, row: controlRow } = takeControl(before, options.control, { hosts, nowMs })
  if (controlRow) rows.push(controlRow)
  const left = forgetHosts(hosts, {
    said: control.forgotten,
    // By what the block will have of it, so that replay forgets it in the same run.
    isHeard: (name) => fresh.has(name) || unread.has(name),
    rulesOf,
    nowMs,
  })
  rows.push(...left.rows)
  transitions.push(...left.transitions)

  for (const [name, batches] of fresh) {
    const [first] = batches
    if (!first) continue
    const host = hosts.get(name) ?? { ...newHost(nowMs, first.batch), streams: gone[name]?.streams ?? {} }
    const advanced = advanceHost(host, { name, batches, rulesOf, latenessMs, nowMs })
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
  }
  const resumedAtMs = resumed(before, options)
  const heard = listen(hosts, {
    before,
    isHeard: (name) => fresh.has(name),
    isUnread: (name) => unread.has(name),
    rulesOf,
    nowMs,
    sawWholeInbox,
    resumedAtMs,
  })
  transitions.push(...heard.transitions)
  rows.push(...transitions)
  const told = tell({
    shard: before.shard,
    before: telling,
    transitions,
    forgotten: left.forgotten,
    control,
    policy: options.policy ?? defaultPolicy,
    ...lookUp(options, hosts, rulesOf),
    nowMs,
  })
  rows.push(...told.rows)
  const stillGoneHosts = stillGone({ ...gone, ...left.gone }, { hosts, keptMs: streamKeptMs, nowMs })
  const { allSilent: _, allSilentReason: __, ...rest } = before
  return {
    state: {
      ...rest,
      ...heard.state,
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

function lookUp(
  { rules }: AdvanceOptions,
  hosts: ReadonlyMap<string, HostState>,
  rulesOf: RulesOf,
): Pick<TellOptions, 'ruleOf' | 'tagsOf'> {
  return {
    ruleOf: (name, id) => {
      const host = hosts.get(name)
      return host ? rulesOf(name, host).byId.get(id) : rules.rules.find((rule) => rule.id === id)
    },
    tagsOf: (name) => hosts.get(name)?.facts.tags ?? {},
  }
}

/** Not twice within what counts as being away: a heartbeat that can't be written must not keep hosts from being called down. */
function resumed({ resumedAtMs: before }: ShardState, { resumedAtMs, nowMs }: AdvanceOptions): number | undefined {
  if (resumedAtMs === undefined || (before !== undefined && Math.abs(nowMs - before) < awayAfterMs)) return before
  return resumedAtMs
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
