import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest'
import { createCaller } from '../../../../adapters/lambda/call.ts'

const asked: { url: string | undefined; body: string }[] = []
let answer: { headers: Record<string, string>; body: string } | 'never' = { headers: {}, body: '{}' }
const server = createServer(async (request, response) => {
  let body = ''
  for await (const chunk of request) body += chunk
  asked.push({ url: request.url, body })
  if (answer !== 'never') response.writeHead(200, answer.headers).end(answer.body)
})

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})
afterEach(() => {
  vi.unstubAllEnvs()
  asked.length = 0
})

function caller(answerMs = 5_000) {
  for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']) vi.stubEnv(name, 'key')
  vi.stubEnv('AWS_REGION', 'us-east-1')
  vi.stubEnv('AWS_ENDPOINT_URL', `http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  return createCaller({ functionName: 'vitals-prod-report', answerMs })
}

it('gives the event, and what the function answered', async () => {
  answer = { headers: {}, body: '{"page":"reports/a"}' }
  expect(await caller()({ hours: 6 })).toEqual({ page: 'reports/a' })
  expect(asked).toEqual([{ url: '/2015-03-31/functions/vitals-prod-report/invocations', body: '{"hours":6}' }])
})

it.each([
  ['{"errorMessage":"no bucket","stackTrace":["x"]}', 'vitals-prod-report failed: no bucket'],
  ['Task timed out', 'vitals-prod-report failed: Task timed out'],
])('throws what the function threw: %s', async (body, message) => {
  answer = { headers: { 'x-amz-function-error': 'Unhandled' }, body }
  await expect(caller()({})).rejects.toThrow(message)
})

it('waits no longer than it may, and asks once', async () => {
  answer = 'never'
  await expect(caller(300)({})).rejects.toThrow()
  expect(asked).toHaveLength(1)
})
