/** What a receiver is told, as the state lists it and notify sends it. */
import type { Rule } from '../alerts/rule.ts'
import { limits } from '../limits.ts'
import { type Notice, type NoticeAbout, type NoticeKind, noticeId } from '../notice.ts'
import { allSilentRule } from './hold.ts'
import type { Subject } from './match.ts'
import type { Route } from './policy.ts'
import { groupOf } from './route.ts'
import type { Said, Told, ToldReceiver } from './told.ts'

export interface Telling {
  kind: Exclude<NoticeKind, 'test'>
  receiver: string
  told: Told
  subject: Subject
  /** What is said. */
  said: Said
  place: Pick<ToldReceiver, 'group' | 'groupIntervalMs'> & { notBeforeMs?: number }
  rest?: Pick<Notice, 'severityBefore' | 'repeat' | 'forgotten' | 'gone'>
}

export function placeBy(subject: Subject, route: Route, nowMs: number): Telling['place'] {
  const { waitMs, intervalMs } = route.group
  return {
    group: groupOf(subject, route),
    groupIntervalMs: intervalMs,
    ...(waitMs > 0 ? { notBeforeMs: nowMs + waitMs } : {}),
  }
}

export function makeNotice(
  { kind, receiver, told, subject, said, place, rest = {} }: Telling,
  { shard, rule }: { shard: string; rule: Rule | undefined },
): Notice {
  const { incident, host, tags, severity, entity } = subject
  const { round, startedAtMs, flapping } = told
  const { top, ...words } = said
  return {
    id: noticeId(incident, receiver, kind, numberOf(kind, told, rest)),
    kind,
    shard,
    receiver,
    incident,
    host: host.slice(0, limits.hostLength),
    rule: told.rule,
    entity,
    severity,
    startedAtMs,
    ...words,
    ...(top && kind !== 'resolved' ? { top } : {}),
    ...rest,
    ...(round > 1 ? { round } : {}),
    ...place,
    ...(rule?.note === undefined ? {} : { note: rule.note }),
    ...(rule?.runbook === undefined ? {} : { runbook: rule.runbook }),
    ...aboutOf(told.rule, rule),
    ...(Object.keys(tags).length > 0 ? { tags } : {}),
    ...(flapping ? { flapping } : {}),
  }
}

function aboutOf(id: string, rule: Rule | undefined): { about?: NoticeAbout } {
  if (id === allSilentRule) return { about: { kind: 'absent', of: 'all-hosts' } }
  switch (rule?.kind) {
    case 'threshold':
      return { about: { kind: 'threshold', metric: rule.metric, agg: rule.agg, op: rule.op } }
    case 'forecast':
      return { about: { kind: 'forecast', metric: rule.metric, withinMs: rule.withinMs } }
    case 'absent':
      return { about: { kind: 'absent', of: rule.of === 'host' ? 'host' : 'process' } }
    case 'finding':
    case undefined:
      return {}
  }
}

function numberOf(kind: Telling['kind'], { round, amended }: Told, { repeat }: NonNullable<Telling['rest']>) {
  switch (kind) {
    case 'repeat':
      return repeat
    case 'amended':
      return amended
    case 'firing':
    case 'escalated':
    case 'resolved':
      return round > 1 ? round : undefined
  }
}
