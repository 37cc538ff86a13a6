/** A real web server on loopback, that keeps what it is posted and answers as it is told. */
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

export interface Posted {
  method: string
  path: string
  headers: IncomingHttpHeaders
  body: string
}

export interface LocalHttpServer {
  url: string
  posts: Posted[]
  close(): Promise<void>
}

export type Answer = (response: ServerResponse) => void

export const accepts: Answer = (response) => response.writeHead(200).end('ok')

export function answers(status: number, headers: Record<string, string> = {}, body = ''): Answer {
  return (response) => response.writeHead(status, headers).end(body)
}

/** Takes the request, and never says a word. */
export const hangs: Answer = () => {}

/** Takes all of it, and hangs up. */
export const drops: Answer = (response) => response.destroy()

export async function startHttpServer(answer: Answer = accepts): Promise<LocalHttpServer> {
  const posts: Posted[] = []
  const server = createServer(async (request, response) => {
    const { method = '', url: path = '', headers } = request
    try {
      posts.push({ method, path, headers, body: await text(request) })
      answer(response)
    } catch {
      response.destroy()
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    posts,
    close: () => {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}
