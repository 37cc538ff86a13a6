/** What a user tests of a vitals.yml, on LocalStack: its S3 is the bucket, and its SES sends the mails. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { makeWorkplace, run, type Workplace } from '../e2e/vitals.ts'
import { readSentMails } from './sent-mails.ts'
import { useLocalStack } from './use.ts'

let url: string
let workplace: Workplace
beforeAll(async () => {
  url = useLocalStack()
  // Settings of a shell with an account: none of it may be asked.
  workplace = await makeWorkplace({
    MONITOR_MAIL_FROM: 'own-tests@example.com',
    AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
    AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:1',
    AWS_PROFILE: 'production',
  })
  const test = `tests:
  - name: a disk fills up
    hosts: { web-1: { series: { "disk.percent|/var": "80x2 95x3" } } }
    told: [{ at: 2m, to: default, kind: firing, subject: web-1, text: /var }]
`
  await writeFile(join(workplace.directory, 'vitals.test.yml'), test)
})
afterAll(() => workplace.clear())

it('vitals test goes through S3 and SES, and leaves no bucket', async () => {
  const { code, output } = await run(['test', '--endpoint', url, '--json'], workplace)
  expect(output).toContain(`"on":"LocalStack at ${url}"`)
  expect(code, output).toBe(0)
  const mails = await readSentMails(url, 'own-tests@example.com')
  expect(mails.map(({ subject }) => subject)).toEqual([expect.stringContaining('web-1')])
  const { Buckets = [] } = await new S3Client({ forcePathStyle: true }).send(new ListBucketsCommand())
  expect(Buckets.filter(({ Name }) => Name?.startsWith('vitals-test-'))).toEqual([])
})
