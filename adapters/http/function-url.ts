/**
 * The site behind a Lambda function URL or an HTTP API: both send payload format 2.0.
 * https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html
 */
import * as v from 'valibot'
import { withoutTokens } from '../../core/link.ts'
import type { Log } from '../log/port.ts'
import { stackOf } from '../log/stack.ts'
import { plainAnswer, securityHeaders } from './answer.ts'
import type { SiteRequest, SiteResponse, SiteRoutes } from './port.ts'

const texts = v.record(v.string(), v.optional(v.string()))

const eventSchema = v.object({
  rawPath: v.string(),
  headers: v.optional(texts, {}),
  // An empty query comes as null from some.
  queryStringParameters: v.nullish(texts),
  body: v.nullish(v.string()),
  isBase64Encoded: v.optional(v.boolean(), false),
  requestContext: v.object({ http: v.object({ method: v.string() }) }),
})

export interface FunctionUrlResponse {
  statusCode: number
  headers: Record<string, string>
  body: string
  isBase64Encoded: boolean
}

const methods = ['GET', 'HEAD', 'POST']

export function serveFunctionUrl({ routes, log }: { routes: SiteRoutes; log: Log }) {
  return async (event: unknown): Promise<FunctionUrlResponse> => {
    const request = parseRequest(event)
    if (!request) return respond(plainAnswer(400, 'The address can’t be read.'))
    if (!methods.includes(request.method)) return respond(plainAnswer(405, 'GET, HEAD or POST.'))
    try {
      return respond(await routes(request))
    } catch (error) {
      const reason = (error as Error).message
      log.error('a page could not be served', { path: withoutTokens(request.path), reason, stack: stackOf(error) })
      return respond(plainAnswer(500, 'This page could not be made; the log tells why.'))
    }
  }
}

/** Throws where the event is none of a function URL: somebody invoked the function by hand. */
function parseRequest(event: unknown): SiteRequest | undefined {
  const parsed = v.safeParse(eventSchema, event)
  if (!parsed.success) {
    const places = parsed.issues.map((issue) => `event.${v.getDotPath(issue) ?? ''}: ${issue.message}`)
    throw new Error(`open: ${places.join('; ')}: expected the event of a function URL (payload format 2.0)`)
  }
  const { rawPath, headers, queryStringParameters, body, isBase64Encoded, requestContext } = parsed.output
  const path = decodedPath(rawPath)
  if (path === undefined) return undefined
  return {
    method: requestContext.http.method,
    path,
    query: defined(queryStringParameters ?? {}),
    headers: defined(Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))),
    body: Buffer.from(body ?? '', isBase64Encoded ? 'base64' : 'utf8'),
  }
}

function decodedPath(rawPath: string): string | undefined {
  try {
    return decodeURIComponent(rawPath)
  } catch {
    return undefined
  }
}

function defined(record: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(Object.entries(record).filter((entry): entry is [string, string] => entry[1] !== undefined))
}

function respond({ status, headers, body }: SiteResponse): FunctionUrlResponse {
  const isText = typeof body === 'string'
  return {
    statusCode: status,
    headers: { ...securityHeaders, ...headers },
    body: isText ? body : Buffer.from(body).toString('base64'),
    isBase64Encoded: !isText,
  }
}
