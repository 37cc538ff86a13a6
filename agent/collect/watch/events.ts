/**
 * What became of watched processes between two snapshots. A watch is a set of processes, each of them pid and time of
 * start: who left the set has ended, who came has started, and both under one name are a restart. Nobody is asked how or
 * why: a process that no longer matches (another name, another user) has ended for its watch too.
 *
 * - The first set of a watch is what later ones are compared with, and tells nothing.
 * - A watch that could not be evaluated is left as it was: what happened meanwhile is told by the next evaluation.
 * - Events wait until they are taken: a snapshot that fails on its way takes none along.
 */

import type { Snapshot } from '../../../core/snapshot.ts'
import type { Watch } from '../../../core/watch.ts'
import { known } from '../counters.ts'

export type ProcessEvent = NonNullable<Snapshot['events']>[number]

/** Of a watch's set. Its pid and `startTicks` say who it is, its name how it was called when it was last seen. */
export interface Member {
  pid: number
  startTicks: number
  name: string
  startedAtMs: number | undefined
}

export interface Evaluation {
  watch: Watch
  /** By pid. */
  members: ReadonlyMap<number, Member>
  /** Processes that were listed and refused to be read: they have neither ended nor started. */
  unread: ReadonlySet<number>
  atMs: number
}

export interface WatchEvents {
  /** How many the set has now. */
  observe(evaluation: Evaluation): number
  /** What has not been taken yet, and how many more there were than are kept. */
  take(): { events: ProcessEvent[]; untold: number }
}

export function createWatchEvents({ maxEvents }: { maxEvents: number }): WatchEvents {
  const sets = new Map<string, ReadonlyMap<number, Member>>()
  let waiting: ProcessEvent[] = []
  let untold = 0
  return {
    observe({ watch, members, unread, atMs }) {
      const before = sets.get(watch.expression)
      const now = before ? withUnread(members, before, unread) : members
      sets.set(watch.expression, now)
      if (!before) return now.size
      for (const event of changesOf({ watch, before, now, atMs })) {
        if (waiting.length < maxEvents) waiting.push(event)
        else untold++
      }
      return now.size
    },
    take() {
      const taken = { events: waiting, untold }
      waiting = []
      untold = 0
      return taken
    },
  }
}

/** Who was in the set and could not be read just now is in it still. */
function withUnread(
  members: ReadonlyMap<number, Member>,
  before: ReadonlyMap<number, Member>,
  unread: ReadonlySet<number>,
): ReadonlyMap<number, Member> {
  if (unread.size === 0) return members
  const kept = [...before].filter(([pid]) => unread.has(pid) && !members.has(pid))
  return kept.length === 0 ? members : new Map([...members, ...kept])
}

interface Change {
  watch: Watch
  before: ReadonlyMap<number, Member>
  now: ReadonlyMap<number, Member>
  atMs: number
}

function changesOf({ watch, before, now, atMs }: Change): ProcessEvent[] {
  const ended = missingFrom(now, before)
  const started = missingFrom(before, now)
  if (ended.length === 0 && started.length === 0) return []
  const successors = pairsOf(watch, ended, started)
  const isSuccessor = new Set(successors.values())
  const about = (member: Member) => ({ atMs, watch: watch.expression, name: member.name, ...identityOf(member) })
  const restarts = [...successors].map(([old, young]) => ({
    kind: 'process-restarted' as const,
    ...about(young),
    before: identityOf(old),
  }))
  const ends = ended.filter((member) => !successors.has(member))
  const starts = started.filter((member) => !isSuccessor.has(member))
  return [
    ...restarts,
    ...ends.map((member) => ({ kind: 'process-ended' as const, ...about(member) })),
    ...starts.map((member) => ({ kind: 'process-started' as const, ...about(member) })),
  ]
}

/** Those of `members` that `others` has not, oldest first. */
function missingFrom(others: ReadonlyMap<number, Member>, members: ReadonlyMap<number, Member>): Member[] {
  const missing: Member[] = []
  for (const member of members.values()) {
    if (others.get(member.pid)?.startTicks !== member.startTicks) missing.push(member)
  }
  return missing.sort((a, b) => a.startTicks - b.startTicks || a.pid - b.pid)
}

/** Who ended -> who took its place: the same name, oldest to oldest. A pid file names one, whatever it is called. */
function pairsOf(watch: Watch, ended: Member[], started: Member[]): Map<Member, Member> {
  const nameOf = (member: Member) => (watch.kind === 'pidfile' ? '' : member.name)
  const free = Map.groupBy(started, nameOf)
  const pairs = new Map<Member, Member>()
  for (const old of ended) {
    const young = free.get(nameOf(old))?.shift()
    if (young) pairs.set(old, young)
  }
  return pairs
}

function identityOf({ pid, startedAtMs }: Member): { pid: number; startedAtMs?: number } {
  return { pid, ...known({ startedAtMs }) }
}
