/** Several notices in a line. */
import type { Notice } from '../../../core/notice.ts'
import { oneLine, plainSpaces } from '../../../core/view/line.ts'
import { hostOf, shorten, subjectLength, titleOf } from './words.ts'

/** `[FIRING 3] CPU on web-1, web-2, db-1 #0123456789ab +2`: as many names as fit; the incident is that of the first. */
export function groupSubject(worstFirst: readonly Notice[], isDigest: boolean): string {
  const tag = `[${isDigest ? digestWords(worstFirst) : countWords(worstFirst)}]`
  const names = [3, 2, 1].map((most) => `${tag} ${what(worstFirst, most)}`)
  const subject = names.find((one) => [...one].length <= subjectLength) ?? shorten(names.at(-1) ?? tag, subjectLength)
  const others = worstFirst.length - 1
  return plainSpaces(`${subject} #${oneLine(worstFirst[0]?.incident ?? '')}${others > 0 ? ` +${others}` : ''}`)
}

export function groupHeadline(worstFirst: readonly Notice[]): string {
  return what(worstFirst, 5)
}

/** `FIRING 3, 1 critical, RESOLVED 2` */
function countWords(notices: readonly Notice[]): string {
  const over = notices.filter(({ kind }) => kind === 'resolved').length
  const amended = notices.filter(({ kind }) => kind === 'amended').length
  const firing = notices.length - over - amended
  const critical = criticalOf(notices)
  const parts = [
    ...(firing === 0 ? [] : [critical === firing ? `CRITICAL ${firing}` : `FIRING ${firing}`]),
    ...(critical === 0 || critical === firing ? [] : [`${critical} critical`]),
    ...(amended === 0 ? [] : [`AMENDED ${amended}`]),
    ...(over === 0 ? [] : [`RESOLVED ${over}`]),
  ]
  return parts.join(', ')
}

/** `DIGEST 37, 6 critical` */
function digestWords(notices: readonly Notice[]): string {
  const critical = criticalOf(notices)
  return `DIGEST ${notices.length}${critical === 0 ? '' : `, ${critical} critical`}`
}

function criticalOf(notices: readonly Notice[]): number {
  const isOpen = ({ kind }: Notice) => kind !== 'resolved' && kind !== 'amended'
  return notices.filter((notice) => isOpen(notice) && notice.severity === 'critical').length
}

/** `CPU on web-1, web-2`; of one host the host first: `web-1: CPU, Disk /var`. */
function what(notices: readonly Notice[], most: number): string {
  const hosts = [...new Set(notices.map(hostOf))]
  const titles = [...new Set(notices.map((notice) => titleOf(notice) || oneLine(notice.entity)))]
  if (hosts.length > 1) return `${listed(titles, most)} on ${listed(hosts, most)}`
  const things = notices.map((notice) =>
    [titleOf(notice), oneLine(notice.entity)].filter((word) => word !== '').join(' '),
  )
  return `${hosts.join('')}: ${listed([...new Set(things)], most)}`
}

function listed(names: readonly string[], most: number): string {
  const more = names.length - most
  return more > 0 ? `${names.slice(0, most).join(', ')} and ${more} more` : names.join(', ')
}
