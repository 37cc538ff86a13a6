/** CloudWatch's JSON protocol on loopback: keeps what it is given, and misbehaves as it is told. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { gunzipSync } from 'node:zlib'

export interface PutMetricData {
  Namespace: string
  MetricData: { MetricName: string; Timestamp: number; Values: number[]; Counts: number[] }[]
}

export type Misbehave = (response: ServerResponse, call: PutMetricData) => void

export interface LocalCloudWatch {
  url: string
  calls: PutMetricData[]
  /** By turns; `undefined` and what follows the last: taken. */
  misbehave: (Misbehave | undefined)[]
  close(): Promise<void>
}

export async function startCloudWatch(...misbehave: (Misbehave | undefined)[]): Promise<LocalCloudWatch> {
  const calls: PutMetricData[] = []
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const body = await buffer(request)
    if (request.headers['x-amz-target'] !== 'GraniteServiceVersion20100801.PutMetricData') {
      throw new Error(`not PutMetricData: ${request.headers['x-amz-target']}`)
    }
    const isZipped = request.headers['content-encoding'] === 'gzip'
    const call: PutMetricData = JSON.parse((isZipped ? gunzipSync(body) : body).toString('utf8'))
    calls.push(call)
    const turn = misbehave.shift()
    if (turn) return turn(response, call)
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' })
    response.end('{}')
  }
  const server = createServer((request, response) => void answer(request, response).catch(() => response.destroy()))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    misbehave,
    close: () => {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

/** Refuses as CloudWatch does. */
export function refuseWith(name: string, message: string, status = 400): Misbehave {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' })
    response.end(JSON.stringify({ __type: `com.amazonaws.cloudwatch#${name}`, message }))
  }
}
