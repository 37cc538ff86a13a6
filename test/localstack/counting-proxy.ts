/** Stands before a store and counts what it is asked for, as S3 would bill it. */
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Requests } from '../../core/cost/model.ts'

export interface CountingProxy extends AsyncDisposable {
  url: string
  counts(): Requests & { deletes: number }
}

export async function startCountingProxy(store: string): Promise<CountingProxy> {
  const { hostname, port } = new URL(store)
  const counted = { reads: 0, lists: 0, writes: 0, deletes: 0 }
  const server = createServer((incoming, answer) => {
    const { method = '', url = '', headers } = incoming
    counted[kindOf(method, new URL(url, store))] += 1
    const outgoing = request({ hostname, port, method, path: url, headers }, (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers)
      response.pipe(answer)
    })
    outgoing.on('error', () => answer.destroy())
    incoming.pipe(outgoing)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    counts: () => ({ ...counted }),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/aws-usage-report-understand.html */
function kindOf(method: string, { searchParams }: URL): keyof ReturnType<CountingProxy['counts']> {
  if (method === 'DELETE' || (method === 'POST' && searchParams.has('delete'))) return 'deletes'
  if (method === 'PUT' || method === 'POST') return 'writes'
  return searchParams.has('list-type') ? 'lists' : 'reads'
}
