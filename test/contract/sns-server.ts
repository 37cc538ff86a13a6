/** SNS's query protocol on loopback: answers as SNS does, and misbehaves as it is told. */
import { type Answer, startHttpServer } from './http-server.ts'

/** As SNS says that it has it. */
export const publishes: Answer = (response) => {
  response.setHeader('content-type', 'text/xml')
  response.end(
    '<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult><MessageId>5f5d-1</MessageId></PublishResult><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></PublishResponse>',
  )
}

export function refusesWith(code: string, message: string, status = 400): Answer {
  return (response) => {
    response.writeHead(status, { 'content-type': 'text/xml' })
    response.end(
      `<ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>r</RequestId></ErrorResponse>`,
    )
  }
}

/** Fields of each call: Action, TopicArn, Message, MessageAttributes.entry.1.Name, … */
export async function startSns(answer: Answer = publishes) {
  const { url, posts, close } = await startHttpServer(answer)
  return { url, close, calls: () => posts.map(({ body }) => new URLSearchParams(body)) }
}

/** Name -> value. */
export function attributesIn(call: URLSearchParams | undefined): Record<string, string> {
  const found: Record<string, string> = {}
  for (let index = 1; call?.has(`MessageAttributes.entry.${index}.Name`); index++) {
    const prefix = `MessageAttributes.entry.${index}`
    found[call.get(`${prefix}.Name`) ?? ''] = call.get(`${prefix}.Value.StringValue`) ?? ''
  }
  return found
}
