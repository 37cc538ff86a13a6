/**
 * The site on this machine: HTTP on 127.0.0.1 and nowhere else. A browser carries every page's requests here, so the Host
 * header must name this server (DNS rebinding), and forms must come from its own pages (cross-site requests).
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Log } from '../log/port.ts'
import { plainAnswer, securityHeaders } from './answer.ts'
import type { SiteRequest, SiteResponse, SiteRoutes } from './port.ts'

export interface SiteServerOptions {
  /** A taken port is told, and the next free one used; 0: any. */
  port: number
  routes: SiteRoutes
  log: Log
  /** Further names that a proxy in front may pass on, with their port: `vitals.example.com`. */
  allowedHosts?: readonly string[]
}

export interface SiteServer {
  port: number
  /** `http://127.0.0.1:<port>` */
  url: string
  /** Resolves once nobody is served any more; open connections are closed. */
  stop(): Promise<void>
}

const address = '127.0.0.1'
/** Ports tried above one that is taken; then any. */
const portsTried = 20
const requestTimeoutMs = 10_000
const bodyMaxBytes = 16 * 1024

export async function startSiteServer({
  port,
  routes,
  log,
  allowedHosts = [],
}: SiteServerOptions): Promise<SiteServer> {
  const server = createServer(
    { requestTimeout: requestTimeoutMs, headersTimeout: requestTimeoutMs },
    (request, response) => {
      const own = (server.address() as AddressInfo | null)?.port
      const hosts = [`${address}:${own}`, `localhost:${own}`, ...allowedHosts]
      serve(request, { routes, hosts, log }).then(
        (answer) => send(request, response, answer),
        () => response.destroy(),
      )
    },
  )
  const used = await listen(server, port)
  if (port !== 0 && used !== port) log.warn('the port is taken, another one is used', { port, used })
  return {
    port: used,
    url: `http://${address}:${used}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function listen(server: Server, wanted: number): Promise<number> {
  const next = Array.from({ length: portsTried }, (_, index) => wanted + 1 + index).filter((port) => port <= 65_535)
  const candidates = wanted === 0 ? [0] : [wanted, ...next, 0]
  for (const port of candidates) {
    const outcome = await tryListen(server, port)
    if (outcome === 'listening') return (server.address() as AddressInfo).port
  }
  throw new Error(`site: none of the ports ${candidates.join(', ')} of ${address} is free`)
}

/** A port that is taken, or kept for others, is a value; anything else throws. */
function tryListen(server: Server, port: number): Promise<'listening' | 'taken'> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException) => {
      server.off('listening', onListening)
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve('taken')
      else reject(error)
    }
    const onListening = () => {
      server.off('error', onError)
      resolve('listening')
    }
    server.once('error', onError)
    server.once('listening', onListening)
    server.listen(port, address)
  })
}

async function serve(
  request: IncomingMessage,
  { routes, hosts, log }: { routes: SiteRoutes; hosts: readonly string[]; log: Log },
): Promise<SiteResponse> {
  const { method = 'GET', headers } = request
  const host = headers.host?.toLowerCase()
  if (host === undefined || !hosts.includes(host))
    return plainAnswer(421, 'This server answers to its own address only.')
  if (!['GET', 'HEAD', 'POST'].includes(method)) return plainAnswer(405, 'GET, HEAD or POST.')
  if (method === 'POST' && !isOwnForm(headers, host))
    return plainAnswer(403, 'Forms are taken from this site’s own pages only.')
  const url = parseUrl(request.url ?? '/')
  if (!url) return plainAnswer(400, 'The address can’t be read.')
  const body = await readBody(request)
  if (body === 'too-large') return plainAnswer(413, `At most ${bodyMaxBytes} bytes.`)
  try {
    const asked: SiteRequest = {
      method,
      path: url.path,
      query: url.query,
      headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])),
      body,
    }
    return await routes(asked)
  } catch (error) {
    log.error('a page could not be served', { path: url.path, reason: (error as Error).message })
    return plainAnswer(500, 'This page could not be made; the log tells why.')
  }
}

/** Browsers say where a form comes from in one of two headers, and pages can't change either. */
function isOwnForm({ origin, 'sec-fetch-site': site }: IncomingMessage['headers'], host: string): boolean {
  if (site !== undefined) return site === 'same-origin'
  return origin === `http://${host}` || origin === `https://${host}`
}

function parseUrl(target: string): { path: string; query: Record<string, string> } | undefined {
  if (!target.startsWith('/')) return undefined
  const mark = target.indexOf('?')
  try {
    const path = decodeURIComponent(mark < 0 ? target : target.slice(0, mark))
    return { path, query: Object.fromEntries(new URLSearchParams(mark < 0 ? '' : target.slice(mark + 1))) }
  } catch {
    return undefined
  }
}

async function readBody(request: IncomingMessage): Promise<Uint8Array | 'too-large'> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of request as AsyncIterable<Uint8Array>) {
    bytes += chunk.byteLength
    if (bytes > bodyMaxBytes) return 'too-large'
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function send(request: IncomingMessage, response: ServerResponse, { status, headers, body }: SiteResponse): void {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body
  // What was not read of a request would be taken for the next one.
  const closing = request.complete ? {} : { connection: 'close' }
  response.writeHead(status, { ...securityHeaders, ...headers, ...closing, 'content-length': bytes.byteLength })
  response.end(request.method === 'HEAD' ? undefined : bytes)
}
