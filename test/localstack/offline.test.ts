import { afterAll, beforeAll, expect, it } from 'vitest'
import { openBucket } from '../../adapters/bucket/open.ts'
import { type Offline, startOffline } from '../e2e/offline-process.ts'
import { until } from '../e2e/vitals.ts'
import { makeBatch, makeInboxObject, makeSnapshot, minuteMs } from '../make.ts'
import { readSentMails } from './sent-mails.ts'
import { useLocalStack } from './use.ts'

const mailFrom = 'offline@example.com'
let url: string
let offline: Offline
beforeAll(async () => {
  url = useLocalStack()
  offline = await startOffline(['--localstack', url], { MONITOR_MAIL_FROM: mailFrom })
})
afterAll(() => offline?.close())

it('the functions in serverless-offline take from LocalStack what agents have sent, mail by its SES, and show it', async () => {
  const bucketUrl = /MONITOR_BUCKET=(\S+)/.exec(offline.output())?.[1] ?? ''
  const records = Array.from({ length: 15 }, (_, minute) =>
    makeSnapshot({ atMs: Date.now() - (15 - minute) * minuteMs, cpuPercent: 99 }),
  )
  const batch = makeBatch({ host: 'web-1', records })
  const { key, body } = makeInboxObject(batch)
  await (await openBucket(bucketUrl)).put(key, body)
  expect(await offline.invoke('evaluate')).toMatchObject([{ outcome: 'committed', batches: 1 }])
  const [mail] = await until('the mail of a busy host', async () => {
    const mails = await readSentMails(url, mailFrom)
    return mails.length > 0 && mails
  })
  expect(mail?.subject).toMatch(/\] web-1.*CPU/)
  expect(mail?.text).toContain(new URL(offline.link).origin)
  expect(await (await fetch(offline.link)).text()).toContain('web-1')
})
