/**
 * A message as JSON: what webhooks of format `vitals` are posted and commands read. docs/message.schema.json describes it.
 * Names are as hosts gave them: they are data, and whoever shows them escapes them.
 */
import type { Notice } from '../../../core/notice.ts'
import { isoTime } from '../../../core/view/format.ts'
import type { IncidentLinks, Message } from '../port.ts'

export function vitalsPayload({ id, kind, group, subject, text, links, notices }: Message) {
  return {
    version: 1,
    id,
    kind,
    receiver: notices[0]?.receiver ?? '',
    group,
    subject,
    text,
    ...(links.statusPage === undefined ? {} : { statusPage: links.statusPage }),
    notices: notices.map((notice) => noticePayload(notice, links.incidents?.[notice.incident])),
  }
}

function noticePayload(notice: Notice, links: IncidentLinks | undefined) {
  const { id, kind, incident, host, rule, entity, severity, startedAtMs, atMs, reason } = notice
  const { late, top, datapoints } = notice
  return {
    id,
    kind,
    incident,
    host,
    rule,
    ...(entity === '' ? {} : { entity }),
    severity,
    ...given(notice, ['severityBefore']),
    startedAt: isoTime(startedAtMs),
    at: isoTime(atMs),
    reason,
    ...given(notice, ['value', 'threshold', 'repeat', 'round', 'note', 'runbook', 'tags', 'flapping']),
    ...(late ? { learnedAt: isoTime(late.learnedAtMs) } : {}),
    ...(datapoints ? { datapoints: datapoints.map(([pointMs, value]) => ({ at: isoTime(pointMs), value })) } : {}),
    ...(links ? { links } : {}),
    ...(top ? { processes: top.map((process) => given(process, processFields)) } : {}),
  }
}

const processFields = ['pid', 'name', 'user', 'cpuPercent', 'rssBytes', 'threads', 'openFiles'] as const

/** Of these fields those that are there. */
function given<T extends object, const Key extends keyof T>(from: T, keys: readonly Key[]): Partial<Pick<T, Key>> {
  return Object.fromEntries(keys.flatMap((key) => (from[key] === undefined ? [] : [[key, from[key]]]))) as Partial<
    Pick<T, Key>
  >
}
