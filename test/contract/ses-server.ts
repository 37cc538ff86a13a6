/** SES's query protocol on loopback: keeps what it is given as SES passes it on, and misbehaves as it is told. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

export interface SesCall {
  /** Fields of the form: Action, Source, Destinations.member.1, … */
  fields: URLSearchParams
  /** As it came over the wire. */
  raw: Buffer
  /** By the clock of who sent it. */
  signedAtMs: number
}

export interface LocalSes {
  url: string
  region: string
  calls: SesCall[]
  /** With the Message-ID that SES puts in place of the sender's. */
  messages: Buffer[]
  close(): Promise<void>
}

/** Answers a call, in place of taking it. */
export type Misbehave = (response: ServerResponse, call: SesCall) => void

export async function startSes(misbehave?: Misbehave, region = 'eu-west-1'): Promise<LocalSes> {
  const calls: SesCall[] = []
  const messages: Buffer[] = []
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const fields = new URLSearchParams(await text(request))
    const raw = Buffer.from(fields.get('RawMessage.Data') ?? '', 'base64')
    const call = { fields, raw, signedAtMs: parseBasicTime(request.headers['x-amz-date']) }
    calls.push(call)
    if (misbehave) return misbehave(response, call)
    const id = `0102018f-${String(calls.length).padStart(4, '0')}-000000`
    messages.push(readdressed(raw, `<${id}@${region}.amazonses.com>`))
    response.setHeader('content-type', 'text/xml')
    response.end(
      `<SendRawEmailResponse xmlns="http://ses.amazonaws.com/doc/2010-12-01/"><SendRawEmailResult><MessageId>${id}</MessageId></SendRawEmailResult><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></SendRawEmailResponse>`,
    )
  }
  const server = createServer((request, response) => void answer(request, response).catch(() => response.destroy()))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region,
    calls,
    messages,
    close: () => {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

/** Refuses as SES does. */
export function refuseWith(code: string, message: string, status = 400): Misbehave {
  return (response) => {
    response.writeHead(status, { 'content-type': 'text/xml' })
    response.end(
      `<ErrorResponse xmlns="http://ses.amazonaws.com/doc/2010-12-01/"><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>r</RequestId></ErrorResponse>`,
    )
  }
}

/** `20260301T120000Z` */
function parseBasicTime(text: unknown): number {
  const [, date, time] = /^(\d{8})T(\d{6})Z$/.exec(String(text)) ?? []
  const iso = `${date?.replace(/(....)(..)(..)/, '$1-$2-$3')}T${time?.replace(/(..)(..)(..)/, '$1:$2:$3')}Z`
  return Date.parse(iso)
}

function readdressed(raw: Buffer, messageId: string): Buffer {
  return Buffer.from(raw.toString('latin1').replace(/^Message-ID: .*$/im, `Message-ID: ${messageId}`), 'latin1')
}
