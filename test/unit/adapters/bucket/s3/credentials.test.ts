/** Credentials that are replaced under a running process: files rewritten in place, as tools that rotate them do. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openS3Bucket } from '../../../../../adapters/bucket/s3.ts'
import { type Answer, fails, patience, stubAwsEnvironment, takesPut, useStoreServer } from './store-server.ts'

const store = useStoreServer()
let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'vitals-credentials-'))
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

const path = () => join(directory, 'credentials')

function write(keyId: string, token?: string): void {
  const session = token === undefined ? '' : `aws_session_token=${token}\n`
  writeFileSync(path(), `[default]\naws_access_key_id=${keyId}\naws_secret_access_key=very-secret\n${session}`)
}

async function open() {
  stubAwsEnvironment({
    AWS_ENDPOINT_URL: store.url,
    AWS_ACCESS_KEY_ID: undefined,
    AWS_SECRET_ACCESS_KEY: undefined,
    AWS_SHARED_CREDENTIALS_FILE: path(),
  })
  const bucket = await openS3Bucket('s3://vitals', { patience })
  return () => bucket.put('k', Buffer.from('x'), { ifAbsent: true }).catch((error: Error) => error)
}

const signedBy = () => store.asked.map(({ headers }) => /Credential=([^/]+)/.exec(String(headers.authorization))?.[1])
const onlyTakes =
  (keyId: string, refusal: Answer): Answer =>
  (asked, response, request) =>
    (String(asked.headers.authorization).includes(`Credential=${keyId}/`) ? takesPut() : refusal)(
      asked,
      response,
      request,
    )

describe('credentials in a file', () => {
  it.each([
    ['are revoked', fails(403, 'InvalidAccessKeyId')],
    ['are refused without a word', fails(403, 'AccessDenied')],
    ['have expired', fails(400, 'ExpiredToken')],
    ['do not fit any more', fails(403, 'SignatureDoesNotMatch')],
  ])('that %s are read again for the next request', async (_, refusal) => {
    write('AKOLD', 'old-token')
    const put = await open()
    store.answers(onlyTakes('AKOLD', refusal))
    expect(await put()).toMatchObject({ outcome: 'written' })
    store.answers(onlyTakes('AKNEW', refusal))
    expect(await put()).toBeInstanceOf(Error)
    write('AKNEW')
    // Read when it was refused, before they were replaced: one more refusal.
    await put()
    expect(await put()).toMatchObject({ outcome: 'written' })
    expect(signedBy().at(-1)).toBe('AKNEW')
    expect(store.asked.at(-1)?.headers).not.toHaveProperty('x-amz-security-token')
  })

  it('that are not there yet are found when they are', async () => {
    const put = await open()
    expect(await put()).toBeInstanceOf(Error)
    expect(store.asked).toEqual([])
    write('AKNEW')
    store.answers(takesPut())
    await put()
    expect(await put()).toMatchObject({ outcome: 'written' })
  })

  it('that are good are read once', async () => {
    write('AKOLD')
    const put = await open()
    store.answers(takesPut())
    await put()
    write('AKNEW')
    await put()
    expect(signedBy()).toEqual(['AKOLD', 'AKOLD'])
  })
})
