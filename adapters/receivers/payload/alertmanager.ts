/**
 * A message as Alertmanager posts it, version 4: for whatever takes its webhooks.
 * https://prometheus.io/docs/alerting/latest/configuration/#webhook_config
 */
import { createHash } from 'node:crypto'
import type { Notice } from '../../../core/notice.ts'
import { isoTime } from '../../../core/view/format.ts'
import type { Message } from '../port.ts'

type Labels = Readonly<Record<string, string>>

interface Alert {
  status: 'firing' | 'resolved'
  labels: Labels
  annotations: Labels
  startsAt: string
  endsAt: string
  generatorURL: string
  fingerprint: string
}

/** Go's zero time: it has not ended. */
const notEnded = '0001-01-01T00:00:00Z'

/** Undefined: it says nothing of these notices. An amendment is neither a beginning nor an end there. */
export function alertmanagerPayload({ group, links, notices }: Message) {
  const told = notices.filter(({ kind }) => kind !== 'amended')
  const [first] = told
  if (!first) return undefined
  const alerts = told.map((notice) => alertOf(notice, links.statusPage ?? ''))
  return {
    version: '4',
    groupKey: `{}:{${group}}`,
    truncatedAlerts: 0,
    status: alerts.some(({ status }) => status === 'firing') ? 'firing' : 'resolved',
    receiver: first.receiver,
    groupLabels: { group },
    commonLabels: inCommon(alerts.map(({ labels }) => labels)),
    commonAnnotations: inCommon(alerts.map(({ annotations }) => annotations)),
    externalURL: links.statusPage ?? '',
    alerts,
  }
}

function alertOf(notice: Notice, generatorURL: string): Alert {
  const { kind, incident, receiver, host, rule, entity, severity, startedAtMs, atMs, reason } = notice
  const { note, runbook, tags = {} } = notice
  const isOver = kind === 'resolved'
  return {
    status: isOver ? 'resolved' : 'firing',
    labels: {
      ...Object.fromEntries(Object.entries(tags).map(([name, value]) => [labelName(name), value])),
      alertname: rule,
      instance: host,
      severity,
      incident,
      ...(entity === '' ? {} : { entity }),
    },
    annotations: {
      summary: reason,
      ...(note === undefined ? {} : { description: note }),
      ...(runbook === undefined ? {} : { runbook_url: runbook }),
    },
    startsAt: isoTime(startedAtMs),
    endsAt: isOver ? isoTime(atMs) : notEnded,
    generatorURL,
    // The same from the beginning of an incident to its end, whatever its severity.
    fingerprint: createHash('sha256').update(`${incident} ${receiver}`).digest('hex').slice(0, 16),
  }
}

/** https://prometheus.io/docs/concepts/data_model/#metric-names-and-labels */
function labelName(tag: string): string {
  return tag.replace(/[^A-Za-z0-9_]/g, '_').replace(/^(?=\d)/, '_')
}

function inCommon(all: readonly Labels[]): Labels {
  const [first = {}, ...others] = all
  const shared = Object.entries(first).filter(([name, value]) => others.every((other) => other[name] === value))
  return Object.fromEntries(shared)
}
