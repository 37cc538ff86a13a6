/** The text part of several notices. */
import { plainSpaces } from '../../../core/view/line.ts'
import type { GroupView } from './group-view.ts'
import { linesOf, statusOf } from './text.ts'

export function groupTextOf({ headline, explanation, items, left, rest, actions, footer }: GroupView): string {
  const lines = [
    headline,
    ...(explanation === undefined ? [] : [explanation]),
    ...items.flatMap(({ badge, host, reason, since, incident, note, runbook, ...item }) => [
      '',
      `${statusOf(badge)}  ${host}`,
      `  ${item.headline}`,
      `  ${reason}`,
      `  since ${since}, incident ${incident}`,
      ...(note === undefined ? [] : [`  ${note}`]),
      ...(runbook === undefined ? [] : [`  Runbook: ${runbook}`]),
      ...(item.chart ? [`  ${item.chart.alt}`] : []),
      ...item.actions.map(({ label, href }) => `  ${label}: ${href}`),
    ]),
    ...(left === undefined ? [] : ['', left, ...rest.map((line) => `  ${line}`)]),
    ...linesOf(actions),
    '',
    // RFC 3676: mail readers know what follows as a signature.
    '-- ',
    ...footer,
  ]
  return `${plainSpaces(lines.join('\n'))}\n`
}
