import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest'
import { createWaker } from '../../../../adapters/lambda/wake.ts'
import type { LogFields } from '../../../../adapters/log/port.ts'

const asked: { url: string | undefined; kind: string | undefined }[] = []
let status = 202
const server = createServer((request, response) => {
  const kind = request.headers['x-amz-invocation-type']
  asked.push({ url: request.url, kind: String(kind) })
  response.writeHead(status, { 'content-type': 'application/json' }).end('{}')
})

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})
afterEach(() => vi.unstubAllEnvs())

const warnings: LogFields[] = []
const log = { info: () => {}, error: () => {}, warn: (_: string, fields: LogFields = {}) => void warnings.push(fields) }

function waker(endpoint: string) {
  for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']) vi.stubEnv(name, 'key')
  vi.stubEnv('AWS_REGION', 'us-east-1')
  vi.stubEnv('AWS_ENDPOINT_URL', endpoint)
  return createWaker({ functionName: 'vitals-prod-notify', log })
}

it('invokes the function, and waits for nothing that it does', async () => {
  await waker(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)()
  expect(asked).toEqual([{ url: '/2015-03-31/functions/vitals-prod-notify/invocations', kind: 'Event' }])
  expect(warnings).toEqual([])
})

it('fails nobody when it can’t: it tells, and the schedule does it', async () => {
  status = 403
  await waker(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)()
  await waker('http://127.0.0.1:1')()
  expect(warnings).toHaveLength(2)
  expect(warnings.every(({ called }) => called === 'vitals-prod-notify')).toBe(true)
})
