/** What the stack's functions mailed, as LocalStack's SES kept it. */
import { type ParsedMail, simpleParser } from 'mailparser'

export interface SentMail extends ParsedMail {
  sesId: string
}

/** In the order in which they were sent. */
export async function readSentMails(url: string, from: string): Promise<SentMail[]> {
  const answer = await fetch(`${url}/_aws/ses?email=${encodeURIComponent(from)}`)
  const { messages } = (await answer.json()) as { messages: { Id: string; RawData: string; Timestamp: string }[] }
  const sorted = messages.toSorted((a, b) => a.Timestamp.localeCompare(b.Timestamp))
  return Promise.all(sorted.map(async ({ Id, RawData }) => Object.assign(await simpleParser(RawData), { sesId: Id })))
}
