/** What a deployment takes over from the bucket's policy, asked of a server that answers as AWS does. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { type BucketPolicy, withRevoked } from '../../../../core/revoked-hosts.ts'
import { keepRevoked } from '../../../../infra/serverless/keep-revoked.mjs'

const vitals = { bucketUrl: 's3://vitals-1' }
const statement = { Sid: 'EncryptedConnectionsOnly', Effect: 'Deny', Principal: '*', Action: 's3:*' }
const packaged: BucketPolicy = { Version: '2012-10-17', Statement: [statement] }
/** As an earlier version of Vitals had it. */
const older: BucketPolicy = { ...packaged, Statement: [{ ...statement, Action: 's3:PutObject' }] }
const revoking = (policy: BucketPolicy, ...hosts: string[]) =>
  hosts.reduce((one, host) => withRevoked(one, { ...vitals, host }), policy)

interface Account {
  /** In the template that was deployed last; absent: there is no stack. */
  last?: BucketPolicy
  /** Of the bucket now, or the store's word why there is none. */
  live: BucketPolicy | string
}

let server: Server | undefined
afterEach(() => server?.close())

async function deploy(account: Account) {
  server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const [, action] = /Action=(\w+)/.exec(Buffer.concat(parts).toString()) ?? []
      const [status, body] = answerTo(action, account)
      response.writeHead(status, { 'content-type': 'text/xml' }).end(body)
    })
  })
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve))
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const said: string[] = []
  const template = templateWith(structuredClone(packaged))
  await keepRevoked({
    config: { endpoint, region: 'us-east-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' }, maxAttempts: 1 },
    stackName: 'vitals-prod',
    template,
    say: (text: string) => said.push(text),
  })
  return { policy: template.Resources.VitalsBucketPolicy.Properties.PolicyDocument, said }
}

function templateWith(PolicyDocument: BucketPolicy) {
  return { Resources: { VitalsBucketPolicy: { Properties: { PolicyDocument } } } }
}

function answerTo(action: string | undefined, { last, live }: Account): [number, string] {
  if (action === 'GetTemplate' && last === undefined) {
    return [400, `<ErrorResponse>${error('ValidationError', 'Stack vitals-prod does not exist')}</ErrorResponse>`]
  }
  if (action === 'GetTemplate') {
    return [200, result(action, `<TemplateBody>${JSON.stringify(templateWith(last ?? packaged))}</TemplateBody>`)]
  }
  if (action !== undefined) {
    const detail = '<StackResourceDetail><PhysicalResourceId>vitals-1</PhysicalResourceId></StackResourceDetail>'
    return [200, result(action, detail)]
  }
  if (typeof live === 'string') return [live === 'AccessDenied' ? 403 : 404, error(live, live)]
  return [200, JSON.stringify(live)]
}

function result(action: string, text: string): string {
  return `<${action}Response><${action}Result>${text}</${action}Result></${action}Response>`
}

function error(code: string, message: string): string {
  return `<Error><Code>${code}</Code><Message>${message}</Message></Error>`
}

describe('a deployment', () => {
  it('of another policy keeps those hosts revoked that are revoked now, and says so', async () => {
    const live = revoking(older, 'web-1', 'db-1')
    const { policy, said } = await deploy({ last: revoking(older, 'lifted'), live })
    expect(policy).toEqual(revoking(packaged, 'web-1', 'db-1'))
    expect(said).toEqual(['Hosts that stay revoked: 2'])
  })

  it('of the same policy leaves the bucket’s as it is: nothing of it has changed since the last one', async () => {
    const last = revoking(packaged, 'web-1')
    expect(await deploy({ last, live: revoking(last, 'db-1') })).toEqual({ policy: last, said: [] })
    expect(await deploy({ last: packaged, live: last })).toEqual({ policy: packaged, said: [] })
  })

  it('takes nothing else over, and says nothing where nobody is revoked', async () => {
    const foreign = { Sid: 'Foreign', Effect: 'Allow', Principal: '*', Action: 's3:GetObject' }
    const live = { ...older, Statement: [...older.Statement, foreign] }
    expect(await deploy({ last: older, live })).toEqual({ policy: packaged, said: [] })
  })

  it.each<[string, Account]>([
    ['the first of its stack', { live: 'NoSuchBucket' }],
    ['that of a bucket whose policy somebody removed', { last: older, live: 'NoSuchBucketPolicy' }],
  ])('is what was packaged when it is %s', async (_, account) => {
    expect((await deploy(account)).policy).toEqual(packaged)
  })

  it('is not made where nobody can read who is revoked', async () => {
    await expect(deploy({ last: older, live: 'AccessDenied' })).rejects.toThrow(
      'policy of s3://vitals-1: AccessDenied: expected to read which hosts are revoked',
    )
  })
})
