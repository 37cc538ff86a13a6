/**
 * A store of S3 in memory, on loopback, that keeps no conditions: it takes them and ignores them, as Garage 2.0, or refuses them
 * with 501, as Backblaze B2. Whoever asks is let in.
 */
import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

export type Carelessness = 'ignores' | 'refuses'

interface Held {
  body: Buffer
  etag: string
  type: string
  modified: Date
}

export interface CarelessStore {
  url: string
  close(): Promise<void>
}

export async function startCarelessStore(how: Carelessness): Promise<CarelessStore> {
  /** By `bucket/key`. */
  const objects = new Map<string, Held>()
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const { status, headers = {}, body = '' } = answerTo(request, Buffer.concat(parts), { objects, how })
      const length = { 'content-length': String(Buffer.byteLength(body)) }
      response.writeHead(status, { 'content-type': 'application/xml', ...length, ...headers })
      response.end(request.method === 'HEAD' ? undefined : body)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

interface Answer {
  status: number
  headers?: Record<string, string>
  body?: string | Buffer
}

interface Store {
  objects: Map<string, Held>
  how: Carelessness
}

function answerTo({ method, url = '', headers }: IncomingMessage, body: Buffer, { objects, how }: Store): Answer {
  const { pathname, searchParams } = new URL(url, 'http://store')
  const place = decodeURIComponent(pathname.slice(1)).replace(/\/$/, '')
  switch (method) {
    case 'PUT': {
      const isConditional = headers['if-none-match'] !== undefined || headers['if-match'] !== undefined
      if (isConditional && how === 'refuses') return failure(501, 'NotImplemented')
      const etag = `"${createHash('md5').update(body).digest('hex')}"`
      objects.set(place, { body, etag, type: headers['content-type'] ?? '', modified: new Date() })
      return { status: 200, headers: { etag } }
    }
    case 'DELETE':
      objects.delete(place)
      return { status: 204 }
    case 'POST': {
      const keys = [...body.toString().matchAll(/<Key>(.*?)<\/Key>/g)].map(([, key = '']) => key)
      for (const key of keys) objects.delete(`${place}/${key}`)
      const deleted = keys.map((key) => `<Deleted><Key>${key}</Key></Deleted>`)
      return { status: 200, body: `<DeleteResult>${deleted.join('')}</DeleteResult>` }
    }
    default: {
      if (searchParams.has('list-type')) return { status: 200, body: listing(objects, place, searchParams) }
      const held = objects.get(place)
      if (!held) return failure(404, 'NoSuchKey')
      return { status: 200, headers: { etag: held.etag, 'content-type': held.type }, body: held.body }
    }
  }
}

function failure(status: number, code: string): Answer {
  return { status, body: `<Error><Code>${code}</Code><Message>no</Message></Error>` }
}

/** Keys of ours need no escape in XML. */
function listing(objects: Map<string, Held>, bucket: string, query: URLSearchParams): string {
  const [prefix, after] = [query.get('prefix') ?? '', query.get('start-after') ?? '']
  const limit = Number(query.get('max-keys') ?? 1_000)
  const all = [...objects].flatMap(([place, held]) => {
    const key = place.slice(bucket.length + 1)
    return place.startsWith(`${bucket}/${prefix}`) && key > after ? [{ key, ...held }] : []
  })
  const page = all.sort((a, b) => (a.key < b.key ? -1 : 1)).slice(0, limit)
  const contents = page.map(({ key, body, modified }) => {
    const written = `<LastModified>${modified.toISOString()}</LastModified>`
    return `<Contents><Key>${key}</Key><Size>${body.byteLength}</Size>${written}</Contents>`
  })
  const more = `<IsTruncated>${all.length > limit}</IsTruncated>`
  return `<ListBucketResult><Name>${bucket}</Name>${more}${contents.join('')}</ListBucketResult>`
}
