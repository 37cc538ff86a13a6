/**
 * QuickChart's HTTP API on this machine's loopback address, by our own renderer: GET and POST /chart, and /healthcheck.
 * https://quickchart.io/documentation/ and, for what errors look like, https://quickchart.io/documentation/usage/handling-errors/
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { availableParallelism } from 'node:os'
import { printable } from '../../../core/view/html.ts'
import type { PictureFormat } from '../canvas.ts'
import { drawError } from './error-picture.ts'
import { formatOf, type Parameters, parseRequest, RequestError } from './parse.ts'
import { type DrawProcesses, startDrawProcesses } from './processes.ts'

export interface ChartServer {
  /** `http://127.0.0.1:<port>` */
  url: string
  stop(): Promise<void>
}

const address = '127.0.0.1'
/** As QuickChart's own server takes them. */
const bodyMaxBytes = 100 * 1024
const headersMaxBytes = 64 * 1024
const requestTimeoutMs = 10_000
const processesAtMost = 4
const longestReason = 200

const types: Readonly<Record<PictureFormat, string>> = {
  png: 'image/png',
  svg: 'image/svg+xml',
  webp: 'image/webp',
}

interface Answer {
  status: number
  type: string
  body: string | Uint8Array
  error?: string
}

/** `port` 0: any. Throws where it is taken. */
export async function startChartServer({ port, version }: { port: number; version: string }): Promise<ChartServer> {
  const processes = startDrawProcesses({ count: Math.min(processesAtMost, Math.max(1, availableParallelism())) })
  const server = createServer(
    { maxHeaderSize: headersMaxBytes, requestTimeout: requestTimeoutMs, headersTimeout: requestTimeoutMs },
    (request, response) => {
      answer(request, { processes, version }).then(
        (given) => send(request, response, given),
        () => response.destroy(),
      )
    },
  )
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) =>
      reject(new Error(`charts: port ${port} of ${address}: ${cause.message}`, { cause })),
    )
    server.listen(port, address, resolve)
  })
  return {
    url: `http://${address}:${(server.address() as AddressInfo).port}`,
    stop: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeAllConnections()
      await Promise.all([closed, processes.stop()])
    },
  }
}

async function answer(
  request: IncomingMessage,
  { processes, version }: { processes: DrawProcesses; version: string },
): Promise<Answer> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost')
  const isReading = request.method === 'GET' || request.method === 'HEAD'
  if (pathname === '/healthcheck' && isReading) {
    return { status: 200, type: 'application/json', body: JSON.stringify({ success: true, version }) }
  }
  if (pathname === '/chart/create') return refusal(404, 'short URLs are not made here, only by quickchart.io')
  if (pathname !== '/chart') return refusal(404, `there is no ${pathname}: expected /chart or /healthcheck`)
  if (isReading) return drawn(Object.fromEntries(searchParams), processes)
  if (request.method !== 'POST') return refusal(405, `${request.method}: expected GET or POST`)
  const body = await readBody(request)
  if (body === undefined) return refusal(413, `request entity too large: expected ${bodyMaxBytes} bytes at most`)
  const given = parseBody(body, request.headers['content-type'] ?? '')
  return given ? drawn(given, processes) : refusal(400, 'the body is no JSON object')
}

async function drawn(given: Parameters, processes: DrawProcesses): Promise<Answer> {
  const format = formatOf(given)
  try {
    const outcome = await processes.draw(parseRequest(given))
    if (outcome === 'busy') return refusal(429, 'too many charts at a time')
    if ('failed' in outcome) return await failure(outcome.failed, format)
    return { status: 200, type: types[format], body: outcome.picture }
  } catch (error) {
    if (error instanceof RequestError) return failure(error.message, format)
    throw error
  }
}

/** In the format that was asked for: it may be what an <img> shows. */
async function failure(reason: string, format: PictureFormat): Promise<Answer> {
  const error = reason.slice(0, longestReason)
  return { status: 400, type: types[format], body: await drawError(error, format), error }
}

function refusal(status: number, reason: string): Answer {
  return { status, type: 'text/plain; charset=utf-8', body: `${reason}\n`, error: reason.slice(0, longestReason) }
}

/** `undefined`: too long. The rest is read and dropped, or a client that still sends would not see the answer. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes <= bodyMaxBytes) chunks.push(chunk)
    else if (bytes > 100 * bodyMaxBytes) break
  }
  return bytes > bodyMaxBytes ? undefined : Buffer.concat(chunks).toString()
}

function parseBody(body: string, type: string): Parameters | undefined {
  if (type.startsWith('application/x-www-form-urlencoded')) return Object.fromEntries(new URLSearchParams(body))
  try {
    const given: unknown = JSON.parse(body)
    return typeof given === 'object' && given !== null && !Array.isArray(given) ? { ...given } : undefined
  } catch {
    return undefined
  }
}

function send(request: IncomingMessage, response: ServerResponse, { status, type, body, error }: Answer): void {
  response.writeHead(status, {
    'content-type': type,
    'content-length': Buffer.byteLength(body),
    'x-content-type-options': 'nosniff',
    // An SVG that a browser opens by itself is a document.
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
    ...(error === undefined ? {} : { 'x-quickchart-error': printable(error).replace(/[^\x20-\x7e]/g, '?') }),
  })
  response.end(request.method === 'HEAD' ? undefined : body)
}
