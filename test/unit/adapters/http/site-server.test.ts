import { request } from 'node:http'
import { connect } from 'node:net'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { SiteRequest, SiteResponse } from '../../../../adapters/http/port.ts'
import { type SiteServer, startSiteServer } from '../../../../adapters/http/site-server.ts'
import { silentLog } from '../../../../adapters/log/port.ts'

const started: SiteServer[] = []
afterEach(async () => {
  await Promise.all(started.splice(0).map((server) => server.stop()))
})

async function serve(
  routes: (request: SiteRequest) => Promise<SiteResponse> = async ({ path }) => ({
    status: 200,
    headers: {},
    body: path,
  }),
  options: Partial<Parameters<typeof startSiteServer>[0]> = {},
) {
  const server = await startSiteServer({ port: 0, routes, log: silentLog, ...options })
  started.push(server)
  return server
}

interface Asked {
  method?: string
  path?: string
  headers?: Record<string, string>
  body?: string | Buffer
}

function ask({ port }: SiteServer, { method = 'GET', path = '/', headers = {}, body }: Asked = {}) {
  return new Promise<{ status: number; headers: Record<string, unknown>; body: string }>((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, method, path, headers }, (answer) => {
      const chunks: Buffer[] = []
      answer.on('data', (chunk: Buffer) => chunks.push(chunk))
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(chunks).toString() }),
      )
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

describe('the site server', () => {
  it('gives the routes the request as a value, and their answer with headers that protect it', async () => {
    const seen = vi.fn()
    const server = await serve(async (asked) => {
      seen(asked)
      return { status: 201, headers: { 'content-type': 'text/plain', 'content-security-policy': 'x' }, body: 'é' }
    })
    const { status, headers, body } = await ask(server, { path: '/a%20b/c?x=1&y=%C3%A9' })
    expect(seen.mock.calls[0]?.[0]).toMatchObject({ method: 'GET', path: '/a b/c', query: { x: '1', y: 'é' } })
    expect([status, body]).toEqual([201, 'é'])
    expect(headers).toMatchObject({
      'content-length': '2',
      'content-security-policy': 'x',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'cache-control': 'no-store',
      'cross-origin-resource-policy': 'same-origin',
    })
  })

  it('takes the next port when one is taken, and says so', async () => {
    const first = await serve()
    const warn = vi.fn()
    const second = await serve(undefined, { port: first.port, log: { ...silentLog, warn } })
    expect(second.port).not.toBe(first.port)
    expect(warn).toHaveBeenCalledWith(expect.stringContaining('taken'), { port: first.port, used: second.port })
    expect((await ask(second)).status).toBe(200)
  })

  it('answers on the loopback address', async () => {
    const { url, port } = await serve()
    expect(url).toBe(`http://127.0.0.1:${port}`)
    expect(await (await fetch(`http://localhost:${port}/here`)).text()).toBe('/here')
  })

  it.each(['evil.example.com', 'evil.example.com:80', '127.0.0.1', 'localhost.evil.example.com'])(
    'refuses a request for the host %s: a name that was pointed here is not ours',
    async (host) => {
      expect((await ask(await serve(), { headers: { host } })).status).toBe(421)
    },
  )

  it('answers to the names that a proxy in front of it may pass on', async () => {
    const server = await serve(undefined, { allowedHosts: ['vitals.example.com'] })
    expect((await ask(server, { headers: { host: 'vitals.example.com' } })).status).toBe(200)
  })

  const post = (headers: Record<string, string>) => ({ method: 'POST', path: '/report', headers, body: 'hours=1' })

  it.each<[string, (own: string) => Record<string, string>, number]>([
    ['from its own page', (own) => ({ 'sec-fetch-site': 'same-origin', origin: own }), 200],
    ['from its own page in an older browser', (own) => ({ origin: own }), 200],
    ['from another site', () => ({ 'sec-fetch-site': 'cross-site', origin: 'https://evil.example.com' }), 403],
    ['from another port of this machine', () => ({ 'sec-fetch-site': 'same-site', origin: 'http://127.0.0.1:1' }), 403],
    ['from a page without an origin', () => ({ origin: 'null' }), 403],
    ['that does not say where it is from', () => ({}), 403],
  ])('takes a form %s: %#', async (_from, headers, status) => {
    const server = await serve()
    expect((await ask(server, post(headers(server.url)))).status).toBe(status)
  })

  it('reads no more of a form than it needs', async () => {
    const routes = vi.fn(async () => ({ status: 200, headers: {}, body: '' }))
    const server = await serve(routes)
    const asked = { ...post({ origin: server.url }), body: Buffer.alloc(17 * 1024) }
    expect((await ask(server, asked)).status).toBe(413)
    expect(routes).not.toHaveBeenCalled()
  })

  it.each([
    ['PUT', '/', 405],
    ['GET', '/%ff', 400],
    ['GET', 'http://evil.example.com/', 400],
  ])('refuses %s %s with %d', async (method, path, status) => {
    expect((await ask(await serve(), { method, path })).status).toBe(status)
  })

  it('answers HEAD without a body', async () => {
    const { status, headers, body } = await ask(await serve(), { method: 'HEAD', path: '/four' })
    expect([status, headers['content-length'], body]).toEqual([200, '5', ''])
  })

  it('tells the log, and not the reader, what went wrong in a page', async () => {
    const error = vi.fn()
    const server = await serve(
      async () => {
        throw new Error('secret detail')
      },
      { log: { ...silentLog, error } },
    )
    const { status, body } = await ask(server, { path: '/x' })
    expect(status).toBe(500)
    expect(body).not.toContain('secret')
    expect(error).toHaveBeenCalledWith(expect.any(String), { path: '/x', reason: 'secret detail' })
  })

  it('stops at once, with a reader connected and an answer pending', async () => {
    const server = await serve(() => new Promise(() => {}))
    const idle = connect(server.port, '127.0.0.1')
    idle.on('error', () => {})
    const pending = ask(server).catch((error: Error) => error)
    await new Promise((resolve) => idle.once('connect', resolve))
    await server.stop()
    expect(await pending).toBeInstanceOf(Error)
    await expect(fetch(server.url)).rejects.toThrow()
  })
})
