/** Where a message leads: absolute addresses. */
import type { LinkTo } from '../../core/link.ts'

export interface MessageLinks {
  statusPage?: string
}

/** Absent: there is no site, and nothing to link to. */
export function linksFor(linkTo: LinkTo | undefined): MessageLinks {
  return linkTo === undefined ? {} : { statusPage: linkTo('') }
}
