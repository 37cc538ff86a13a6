/** A server on loopback that plays S3, and answers as a test says. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, vi } from 'vitest'
import type { Bucket } from '../../../../../adapters/bucket/port.ts'
import { openS3Bucket, type S3Options } from '../../../../../adapters/bucket/s3.ts'
import { systemClock } from '../../../../../adapters/clock/system.ts'

export interface Asked {
  method: string
  /** With the query, as it was sent. */
  path: string
  headers: IncomingMessage['headers']
  body: string
}

export type Answer = (asked: Asked, response: ServerResponse, request: IncomingMessage) => void

export interface StoreServer {
  url: string
  /** Since the test began. */
  asked: Asked[]
  /** One a request; the last for all that follow. */
  answers(...answers: Answer[]): void
  /** Waits of retries take no time. */
  open(url?: string, options?: S3Options): Promise<Bucket>
}

/** For a test file: started once, and the settings of the AWS SDK lead to it while a test runs. */
export function useStoreServer(): StoreServer {
  let waiting: Answer[] = []
  const store: StoreServer = {
    url: '',
    asked: [],
    answers: (...answers) => {
      waiting = answers
    },
    open: (url = 's3://vitals', options = {}) => {
      stubAwsEnvironment({ AWS_ENDPOINT_URL: store.url })
      return openS3Bucket(url, { patience, clock: { ...systemClock, sleep: async () => {} }, ...options })
    },
  }
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('error', () => {})
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const { method = '', url: path = '', headers } = request
      const asked = { method, path, headers, body: Buffer.concat(parts).toString() }
      store.asked.push(asked)
      const answer = waiting.length > 1 ? waiting.shift() : waiting[0]
      answer?.(asked, response, request)
    })
  })
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    store.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  afterEach(() => {
    vi.unstubAllEnvs()
    store.asked.length = 0
  })
  afterAll(() => {
    server.closeAllConnections()
    server.close()
  })
  return store
}

/** Short enough for a test that waits for it, long enough for a machine that is busy. */
export const patience = { connectMs: 1_000, answerMs: 1_000, idleMs: 1_000 }

export function stubAwsEnvironment(given: Record<string, string | undefined>): void {
  const none = { AWS_PROFILE: undefined, AWS_SESSION_TOKEN: undefined, AWS_ENDPOINT_URL_S3: undefined }
  const files = { AWS_CONFIG_FILE: '/dev/null', AWS_SHARED_CREDENTIALS_FILE: '/dev/null' }
  const access = { AWS_ACCESS_KEY_ID: 'key', AWS_SECRET_ACCESS_KEY: 'very-secret', AWS_REGION: 'us-east-1' }
  const environment = { ...none, ...files, ...access, AWS_EC2_METADATA_DISABLED: 'true', ...given }
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value)
}

export function says(status: number, body = '', headers: Record<string, string> = {}): Answer {
  return (_, response) => {
    response.writeHead(status, { 'content-length': String(Buffer.byteLength(body)), ...headers }).end(body)
  }
}

/** An error as S3 words it. */
export function fails(status: number, code: string, more = '', headers: Record<string, string> = {}): Answer {
  const words = `<Code>${code}</Code><Message>${code} it said</Message>${more}`
  return says(status, `<?xml version="1.0" encoding="UTF-8"?>\n<Error>${words}</Error>`, headers)
}

export function takesPut(etag = '"new"'): Answer {
  return says(200, '', { etag })
}

/** The request was read, and no answer comes. */
export const cutsOff: Answer = (_, __, request) => void request.socket.destroy()

export const hangs: Answer = () => {}

const page = '<html><head><title>Welcome</title></head><body>Sign in</body></html>'

/** As a proxy or a captive portal answers; well formed, so that it passes for XML. */
export function showsPage(status = 200): Answer {
  return says(status, page, { 'content-type': 'text/html' })
}
