/** Links that the stack's functions sign, and its `open` verifies: the key is a secret that the stack generated. */
import { createHash } from 'node:crypto'
import { type LinkKey, type LinkTo, signedLinks } from '../../core/link.ts'
import type { Settings } from '../../core/settings.ts'
import type { LambdaRoot } from './root.ts'

export function stackLinkKey({ fromStack }: Pick<LambdaRoot, 'fromStack'>): LinkKey {
  return linkKeyOf(fromStack('VITALS_LINK_KEY'))
}

/** All that open links: the one that signs, and the one that signed before it, as long as the stack has it. */
export function stackLinkKeys(root: Pick<LambdaRoot, 'fromStack' | 'fromStackIfSet'>): LinkKey[] {
  const former = root.fromStackIfSet('VITALS_FORMER_LINK_KEY')
  return [stackLinkKey(root), ...(former === undefined ? [] : [linkKeyOf(former)])]
}

function linkKeyOf(text: string): LinkKey {
  const secret = Buffer.from(text)
  // The id changes with the key, so that a link of an older one is told from a forged one.
  return { id: createHash('sha256').update(secret).digest('hex').slice(0, 8), secret }
}

export function stackLinks(
  root: Pick<LambdaRoot, 'clock' | 'fromStack'> & { settings: Pick<Settings, 'linkLifetimeMs'> },
): LinkTo {
  const { linkLifetimeMs: lifetimeMs } = root.settings
  return signedLinks({
    siteUrl: root.fromStack('MONITOR_SITE_URL'),
    key: stackLinkKey(root),
    lifetimeMs,
    now: root.clock.now,
  })
}
