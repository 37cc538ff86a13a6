/** What a deployment takes over from the bucket's policy, asked of a server that answers as AWS does. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { type BucketPolicy, withRevoked } from '../../../../core/revoked-hosts.ts'
import { keepRevoked } from '../../../../infra/serverless/keep-revoked.mjs'

const bucketUrl = 's3://vitals-1'
const packaged: BucketPolicy = {
  Version: '2012-10-17',
  Statement: [{ Sid: 'EncryptedConnectionsOnly', Effect: 'Deny', Principal: '*', Action: 's3:*' }],
}

let server: Server | undefined
afterEach(() => server?.close())

/** `policy`: that of the deployed bucket, or the store's word why there is none; `stack`: whether there is one. */
async function deploy(policy: BucketPolicy | string, { hasStack = true } = {}) {
  const asked: string[] = []
  server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`)
    const [status, body] = answerTo(request.method === 'POST', { policy, hasStack })
    response.writeHead(status, {
      'content-type': status === 200 && request.method === 'GET' ? 'application/json' : 'text/xml',
    })
    response.end(body)
  })
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve))
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const said: string[] = []
  const template = {
    Resources: { VitalsBucketPolicy: { Properties: { PolicyDocument: structuredClone(packaged) } } },
  }
  await keepRevoked({
    config: { endpoint, region: 'us-east-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' }, maxAttempts: 1 },
    stackName: 'vitals-prod',
    template,
    say: (text: string) => said.push(text),
  })
  return { policy: template.Resources.VitalsBucketPolicy.Properties.PolicyDocument, said, asked }
}

function answerTo(isAboutStack: boolean, { policy, hasStack }: { policy: BucketPolicy | string; hasStack: boolean }) {
  if (isAboutStack && !hasStack) {
    return [400, error('ValidationError', 'Stack vitals-prod does not exist', 'ErrorResponse')] as const
  }
  if (isAboutStack) {
    const detail = '<StackResourceDetail><PhysicalResourceId>vitals-1</PhysicalResourceId></StackResourceDetail>'
    const result = `<DescribeStackResourceResult>${detail}</DescribeStackResourceResult>`
    return [200, `<DescribeStackResourceResponse>${result}</DescribeStackResourceResponse>`] as const
  }
  if (typeof policy === 'string') return [policy === 'AccessDenied' ? 403 : 404, error(policy, policy)] as const
  return [200, JSON.stringify(policy)] as const
}

function error(code: string, message: string, around?: string): string {
  const text = `<Error><Code>${code}</Code><Message>${message}</Message></Error>`
  return around === undefined ? text : `<${around}>${text}</${around}>`
}

describe('a deployment', () => {
  it('keeps hosts revoked that were revoked since the last one', async () => {
    const deployed = withRevoked(withRevoked(packaged, { bucketUrl, host: 'web-1' }), { bucketUrl, host: 'db-1' })
    const { policy, said } = await deploy(deployed)
    expect(policy).toEqual(deployed)
    expect(said).toEqual(['Hosts that stay revoked: 2'])
  })

  it('takes nothing else over, and says nothing where nobody is revoked', async () => {
    const foreign = { Sid: 'Foreign', Effect: 'Allow', Principal: '*', Action: 's3:GetObject' }
    const { policy, said } = await deploy({ ...packaged, Statement: [...packaged.Statement, foreign] })
    expect(policy).toEqual(packaged)
    expect(said).toEqual([])
  })

  it.each<[string, BucketPolicy | string, boolean]>([
    ['the first of its stack', packaged, false],
    ['that of a bucket without a policy', 'NoSuchBucketPolicy', true],
  ])('is what was packaged when it is %s', async (_, deployed, hasStack) => {
    expect((await deploy(deployed, { hasStack })).policy).toEqual(packaged)
  })

  it('is not made where nobody can read who is revoked', async () => {
    await expect(deploy('AccessDenied')).rejects.toThrow(
      'policy of s3://vitals-1: AccessDenied: expected to read which hosts are revoked',
    )
  })
})
