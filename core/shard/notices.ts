import type { Transition } from '../alerts/alert.ts'
import { limits } from '../limits.ts'
import { defaultReceiver, type Notice, noticeId } from '../notice.ts'
import { defaultGroup } from '../telling/policy.ts'

/** Told is the beginning of an incident and its end. */
export function noticeOf(shard: string, transition: Transition): Notice[] {
  const { incident, from, to, host, rule, entity, severity, atMs, reason, value, threshold, top } = transition
  if (!incident) return []
  const begins =
    to === 'firing' && (from === 'ok' || from === 'pending' || (from === 'no-data' && incident.startedAtMs === atMs))
  if (!begins && to !== 'ok') return []
  const kind = begins ? 'firing' : 'resolved'
  return [
    {
      id: noticeId(incident.id, defaultReceiver, kind),
      kind,
      shard,
      receiver: defaultReceiver,
      incident: incident.id,
      host: host.slice(0, limits.hostLength),
      rule,
      entity,
      severity,
      startedAtMs: incident.startedAtMs,
      atMs,
      reason,
      ...(value === undefined ? {} : { value }),
      ...(threshold === undefined ? {} : { threshold }),
      ...(top ? { top } : {}),
      group: rule,
      groupIntervalMs: defaultGroup.intervalMs,
    },
  ]
}
