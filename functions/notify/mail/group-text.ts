/** The text part of several notices. */
import { plainSpaces } from '../../../core/view/line.ts'
import type { GroupView } from './group-view.ts'

export function groupTextOf({ headline, items, left, button, footer }: GroupView): string {
  const lines = [
    headline,
    ...items.flatMap((item) => [
      '',
      `${item.badge.word.toUpperCase()} (${item.badge.note})  ${item.host}`,
      `  ${item.headline}`,
      `  ${item.reason}`,
      `  since ${item.since}, incident ${item.incident}`,
    ]),
    ...(left === undefined ? [] : ['', left]),
    ...(button ? ['', `${button.label}: ${button.href}`] : []),
    '',
    // RFC 3676: mail readers know what follows as a signature.
    '-- ',
    ...footer,
  ]
  return `${plainSpaces(lines.join('\n'))}\n`
}
