/** Of a LocalStack that others may use, too: a bucket and a sender of mails for one who tests, and then nothing of them. */
import { CreateBucketCommand, DeleteBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { SESClient, VerifyEmailIdentityCommand } from '@aws-sdk/client-ses'
import { openBucket } from '../../adapters/bucket/open.ts'
import type { Addresses } from '../../adapters/mail/message.ts'
import { MailError, type MailSender } from '../../adapters/mail/port.ts'
import { createSesSender } from '../../adapters/mail/ses.ts'
import { awsAccess, localStackEnvironment } from './access.ts'
import { checkHealth } from './health.ts'

export const scratchServices = ['s3', 'ses'] as const

export interface Scratch {
  bucketUrl: string
  /** A mail is sent when SES lists it. */
  mailSender(addresses: Addresses): Promise<MailSender>
  /** The bucket, with all that is in it. */
  remove(): Promise<void>
}

/** From here on the AWS SDK of this process speaks to the LocalStack at `url`, and to nobody else. */
export async function openScratch({ url, name, sender }: MakeOptions): Promise<Scratch> {
  for (const known of Object.keys(process.env)) if (known.startsWith('AWS_')) delete process.env[known]
  Object.assign(process.env, localStackEnvironment(url))
  const bucketUrl = await makeBucketAndSender({ url, name, sender })
  const aws = awsAccess(url)
  return {
    bucketUrl,
    mailSender: async (addresses) => listed(await createSesSender({ ...addresses, aws }), url),
    remove: async () => {
      const bucket = await openBucket(bucketUrl)
      for (;;) {
        const { objects } = await bucket.list('')
        if (objects.length === 0) break
        await bucket.delete(objects.map(({ key }) => key))
      }
      await new S3Client({ ...aws, forcePathStyle: true }).send(new DeleteBucketCommand({ Bucket: name }))
    },
  }
}

interface MakeOptions {
  /** LocalStack's. */
  url: string
  /** Of the bucket. */
  name: string
  /** An address. */
  sender: string
}

/** The URL of the bucket, which may have been there; and mails of this sender are taken. Throws when no LocalStack is there. */
export async function makeBucketAndSender({ url, name, sender }: MakeOptions): Promise<string> {
  await checkHealth(url, { needed: scratchServices })
  const aws = awsAccess(url)
  await new S3Client({ ...aws, forcePathStyle: true }).send(new CreateBucketCommand({ Bucket: name }))
  await new SESClient(aws).send(new VerifyEmailIdentityCommand({ EmailAddress: sender }))
  return `s3://${name}`
}

const answerMs = 10_000

function listed(sender: MailSender, url: string): MailSender {
  return {
    ...sender,
    send: async (mail, options) => {
      const sent = await sender.send(mail, options)
      const id = /^<(.*)@/.exec(sent.messageId)?.[1] ?? sent.messageId
      const answer = await fetch(`${url}/_aws/ses?id=${encodeURIComponent(id)}`, {
        signal: AbortSignal.timeout(answerMs),
      })
      const { messages } = (await answer.json()) as { messages: { Id: string }[] }
      if (messages.some(({ Id }) => Id === id)) return sent
      throw new MailError(`${url}/_aws/ses does not list ${id}: expected the mail that was sent`, { effect: 'none' })
    },
  }
}
