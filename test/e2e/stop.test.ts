import { afterEach, beforeEach, expect, test } from 'vitest'
import { openBucket } from '../../adapters/bucket/open.ts'
import { openNoticesPrefix } from '../../core/keys.ts'
import { startSmtpServer } from '../contract/smtp-server.ts'
import { makeWorkplace, startUp, until, type Workplace } from './vitals.ts'

let workplace: Workplace
let smtp: Awaited<ReturnType<typeof startSmtpServer>>
let mailsBegun = 0
/** Takes a mail, and never says that it has. */
const silentOnData = (stream: NodeJS.ReadableStream) => {
  mailsBegun += 1
  stream.resume()
}

beforeEach(async () => {
  mailsBegun = 0
  smtp = await startSmtpServer({ onData: silentOnData })
  workplace = await makeWorkplace({
    MONITOR_INTERVAL: '1',
    MONITOR_DISK_THRESHOLD: '0',
    MONITOR_SMTP_URL: `smtp://127.0.0.1:${smtp.port}`,
  })
})

afterEach(async () => {
  await workplace.clear()
  smtp.hangUp()
  await smtp.close()
})

test('a mail server that hangs does not hold up the end; the mail stays to be sent', async () => {
  const vitals = await startUp(workplace)
  await until('the mail to be on its way', () => mailsBegun > 0, { child: vitals })
  const pressedMs = performance.now()
  vitals.signal('SIGINT')
  expect(await vitals.ended).toBe(0)
  expect(performance.now() - pressedMs).toBeLessThan(2_000)
  const bucket = await openBucket(workplace.bucketUrl)
  const { objects } = await bucket.list(openNoticesPrefix)
  const states = await Promise.all(
    objects.map(
      async ({ key }) => JSON.parse(Buffer.from((await bucket.get(key))?.body ?? []).toString()).status.state,
    ),
  )
  expect(states.length).toBeGreaterThan(0)
  expect(states).not.toContain('sent')
})

test('a Ctrl-C that npm hands on a second time is the same one: everything is flushed', async () => {
  const vitals = await startUp(workplace)
  await until('the mail to be on its way', () => mailsBegun > 0, { child: vitals })
  vitals.signal('SIGINT')
  vitals.signal('SIGTERM')
  expect(await vitals.ended).toBe(0)
  expect((await (await openBucket(workplace.bucketUrl)).list('inbox/')).objects).toEqual([])
})
