/**
 * Secrets of a function's environment, so that none stands in a line of its log or in an error that it ends with, whatever
 * library says it back.
 */
import { withoutTokens } from '../../core/link.ts'

export interface Secrets {
  hide(values: readonly (string | undefined)[]): void
  /** `text` with `***` for each, and for the signature of each link. */
  without(text: string): string
}

/** Shorter ones would tear holes into words. */
const shortest = 8

const secretNames = [
  'VITALS_LINK_KEY',
  'VITALS_FORMER_LINK_KEY',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  // Who knows the address can say that evaluate runs.
  'MONITOR_HEARTBEAT_URL',
]

export function secretsOf(env: Readonly<Record<string, string | undefined>>): Secrets {
  let hidden: string[] = []
  const hide = (values: readonly (string | undefined)[]) => {
    const more = values.filter((value): value is string => value !== undefined && value.length >= shortest)
    // The longest first: one may hold another.
    hidden = [...new Set([...hidden, ...more])].sort((a, b) => b.length - a.length)
  }
  hide(secretNames.map((name) => env[name]))
  hide(passwordIn(env.MONITOR_SMTP_URL))
  return {
    hide,
    without: (text) => hidden.reduce((left, secret) => left.replaceAll(secret, '***'), withoutTokens(text)),
  }
}

/** As it stands there, and as a server gets it. */
function passwordIn(address = ''): string[] {
  const { password = '' } = URL.parse(address) ?? {}
  try {
    return [password, decodeURIComponent(password)]
  } catch {
    return [password]
  }
}
