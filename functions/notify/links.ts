/** Where a message leads: absolute addresses. What can be done and looked at of an incident is signed for that one alone. */
import type { IncidentLinks, MessageLinks } from '../../adapters/receivers/port.ts'
import { acknowledgePath, incidentPath, type LinkTo, reportOfPath, silencePath } from '../../core/link.ts'
import type { Notice } from '../../core/notice.ts'

const hourMs = 3_600_000
const before = 3 * hourMs
const after = hourMs

/** `linkTo` absent: there is no site, and nothing to link to. */
export function linksFor(notices: readonly Notice[], linkTo: LinkTo | undefined): MessageLinks {
  if (!linkTo) return {}
  const incidents = notices
    .filter(({ kind }) => kind !== 'test')
    .map((notice) => [notice.incident, incidentLinks(notice, linkTo)] as const)
  return { statusPage: linkTo(''), incidents: Object.fromEntries(incidents) }
}

function incidentLinks({ incident, kind, host, about, startedAtMs, atMs }: Notice, linkTo: LinkTo): IncidentLinks {
  const ofAll = about?.kind === 'absent' && about.of === 'all-hosts'
  const period = { fromMs: startedAtMs - before, toMs: Math.max(startedAtMs, atMs) + after }
  return {
    page: linkTo(incidentPath(incident)),
    report: linkTo(reportOfPath(ofAll ? period : { ...period, host })),
    ...(kind === 'resolved'
      ? {}
      : { acknowledge: linkTo(acknowledgePath(incident)), silence: linkTo(silencePath(incident)) }),
  }
}
