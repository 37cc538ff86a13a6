/**
 * Notices by a request to a web server: one POST a message, over a connection of its own, signed. What an answer means:
 *
 *     2xx                  it has it
 *     400, 410, 413, 414, 415, 422
 *                          nobody has it, and never will: it is what this message says that is refused
 *     other 4xx, 3xx       nobody has it; again later, after Retry-After where 429 says so: redirects are not followed
 *     5xx, or no answer    it may have it; again later
 */
import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { WebhookFormat } from '../../core/config/receiver.ts'
import { oneLine } from '../../core/view/line.ts'
import type { Clock } from '../clock/port.ts'
import { retryAfterMsOf } from '../http/retry-after.ts'
import { payloadOf } from './payload/payload.ts'
import { type ReceiverLimits, retryPolicies } from './policy.ts'
import { type Receiver, ReceiverError, type RetryPolicy } from './port.ts'
import { signatureHeader, signBody } from './sign.ts'
import { type WebhookUrl, webhookProblem } from './webhook-url.ts'

export interface WebhookOptions extends ReceiverLimits, WebhookUrl {
  /** May itself be a secret: only its origin is ever told. */
  url: string
  format: WebhookFormat
  /** Signs each request. */
  secret?: string
  clock: Clock
  retry?: RetryPolicy
}

/** Of an answer: what a server says beyond it is not heard. */
const mostAnswerBytes = 16 * 1024
const mostReason = 200
/** Shorter parts of an address are no secrets, and stand in any sentence. */
const shortestSecret = 6

/** Throws where `webhookProblem` knows one. */
export function createWebhookReceiver(options: WebhookOptions): Receiver {
  const { url: text, format, secret, insecure: _, clock, retry = retryPolicies.webhook, ...limits } = options
  const problem = webhookProblem(options)
  if (problem !== undefined) throw new ReceiverError(`receiver ${limits.name}: ${problem}`, { effect: 'none' })
  const url = new URL(text)
  const destination = `${url.origin} (${format})`
  return {
    ...limits,
    destination,
    reachesSomebody: true,
    retry,
    send: async (message, { signal }) => {
      const payload = payloadOf(message, format)
      const { id } = message
      if (payload === undefined) return { messageId: id, where: `nowhere: ${format} knows no amendments` }
      const body = JSON.stringify(payload)
      const headers = {
        'content-type': 'application/json',
        'content-length': String(Buffer.byteLength(body)),
        'user-agent': 'Vitals',
        'idempotency-key': headerValue(id),
        ...(secret === undefined ? {} : { [signatureHeader]: signBody(body, { secret, atMs: clock.now() }) }),
      }
      const answer = await post({ url, headers, body, signal, destination })
      if (answer.status >= 200 && answer.status < 300) return { messageId: id, where: destination }
      throw refusal({ ...answer, text: withoutSecrets(answer.text, url) }, { destination, nowMs: clock.now() })
    },
  }
}

/** RFC 9110, 5.5: what is not plain is left out. */
function headerValue(text: string): string {
  return text.replace(/[^\x21-\x7e]/g, '_').slice(0, mostReason)
}

interface Post {
  url: URL
  headers: Record<string, string>
  body: string
  signal: AbortSignal
  destination: string
}

interface Answer {
  status: number
  retryAfter: string | undefined
  text: string
}

/** node:http and not fetch: its agent would send over a connection that idled, and does not tell whether anything went out. */
function post({ url, headers, body, signal, destination }: Post): Promise<Answer> {
  const isSecure = url.protocol === 'https:'
  return new Promise((resolve, reject) => {
    let hasBegun = false
    const fail = (cause: Error) =>
      reject(new ReceiverError(`${destination}: ${messageOf(cause)}`, { effect: hasBegun ? 'unknown' : 'none', cause }))
    let request: ClientRequest
    try {
      request = (isSecure ? httpsRequest : httpRequest)(url, { method: 'POST', headers, agent: false, signal })
    } catch (cause) {
      // A header that can't be sent, for one.
      return fail(cause as Error)
    }
    request.on('socket', (socket) => {
      socket.once(isSecure ? 'secureConnect' : 'connect', () => {
        hasBegun = true
      })
    })
    request.on('error', fail)
    request.on('response', (response) => {
      readAnswer(response).then(resolve, fail)
    })
    request.end(body)
  })
}

/** Of a taken message the head of the answer is enough: whatever follows, it has it. */
async function readAnswer(response: IncomingMessage): Promise<Answer> {
  const status = response.statusCode ?? 0
  const retryAfter = response.headers['retry-after']
  // What breaks from here on changes nothing.
  response.on('error', () => {})
  if (status >= 200 && status < 300) {
    response.destroy()
    return { status, retryAfter, text: '' }
  }
  let text = ''
  try {
    for await (const chunk of response.setEncoding('utf8')) {
      text += chunk
      if (text.length >= mostAnswerBytes) break
    }
  } catch {
    // Its status has said what matters.
  }
  response.destroy()
  return { status, retryAfter, text }
}

/** Some servers say back what they were asked: `Cannot POST /services/T0/B0/…`. */
function withoutSecrets(text: string, { pathname, searchParams, username, password }: URL): string {
  const parts = [...pathname.split('/'), ...searchParams.values(), username, password]
  const words = parts.flatMap((part) => [part, decoded(part)]).filter((word) => word.length >= shortestSecret)
  return words.reduce((rest, word) => rest.replaceAll(word, '…'), text)
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

function refusal({ status, retryAfter, text }: Answer, at: { destination: string; nowMs: number }): ReceiverError {
  const said = oneLine(text).slice(0, mostReason)
  const words = [`${at.destination}: answered ${status}`, said === '' ? [] : said].flat().join(': ')
  const isRedirect = status >= 300 && status < 400
  const retryAfterMs = status === 429 || status === 503 ? retryAfterMsOf(retryAfter, at.nowMs) : undefined
  const asked = retryAfterMs === undefined ? {} : { retryAfterMs }
  if (isRedirect) return new ReceiverError(`${words}: redirects are not followed`, { effect: 'none' })
  if (refusedForGood.has(status)) return new ReceiverError(words, { effect: 'none', retry: 'never' })
  if (status >= 400 && status < 500) return new ReceiverError(words, { effect: 'none', ...asked })
  return new ReceiverError(words, asked)
}

/** Everything else, a path that is not there or a key that is refused among it, is a mistake of a minute or of who set it up. */
const refusedForGood: ReadonlySet<number> = new Set([400, 410, 413, 414, 415, 422])

function messageOf({ message, code, errors }: Error & { code?: string; errors?: Error[] }): string {
  return message || errors?.map((one) => one.message).join(', ') || code || 'no reason given'
}
