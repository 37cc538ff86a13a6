/** Where a webhook may lead. */
import { isLoopback } from '../http/loopback.ts'

export interface WebhookUrl {
  url: string
  /** `http:` to other machines than this one is taken as well. */
  insecure?: boolean
}

/** In words, or nothing. */
export function webhookProblem({ url, insecure }: WebhookUrl): string | undefined {
  const parsed = URL.parse(url)
  if (!parsed || (parsed.protocol !== 'https:' && parsed.protocol !== 'http:')) return 'expected https://… or http://…'
  if (parsed.protocol === 'https:' || insecure === true || isLoopback(parsed.hostname)) return undefined
  return `http to ${parsed.host} lets everybody on the way read and change it: expected https, or insecure: true`
}
