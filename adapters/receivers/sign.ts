/**
 * A request's signature: `t=<seconds>,v1=<hex>`, HMAC-SHA256 over `<seconds>.<body>`. Whoever knows the secret can tell that
 * the body is ours, and by the time that nobody sends an old one again. docs/alerting.md shows how.
 */
import { createHmac } from 'node:crypto'

export const signatureHeader = 'Vitals-Signature'

export function signBody(body: string, { secret, atMs }: { secret: string; atMs: number }): string {
  const seconds = Math.floor(atMs / 1_000)
  return `t=${seconds},v1=${createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')}`
}
