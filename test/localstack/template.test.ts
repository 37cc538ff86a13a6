/**
 * The stack without the framework: the template that is published, made into a stack as CloudFormation makes it, on a bucket that
 * was there before, which it divides into 16 shards.
 */
import { execFile } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import {
  CloudFormationClient,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStacksCommand,
  waitUntilStackCreateComplete,
  waitUntilStackDeleteComplete,
} from '@aws-sdk/client-cloudformation'
import { LambdaClient, UpdateFunctionConfigurationCommand } from '@aws-sdk/client-lambda'
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { beforeAll, describe, expect, it } from 'vitest'
import { openBucket } from '../../adapters/bucket/open.ts'
import type { Bucket } from '../../adapters/bucket/port.ts'
import { shardOfHost, shards } from '../../core/keys.ts'
import { invoke } from '../../infra/localstack/deploy.ts'
import { checkAccount } from '../../infra/serverless/check-account.mjs'
import { until } from '../e2e/vitals.ts'
import { makeBatch, makeInboxObject, makeSnapshot, minuteMs } from '../make.ts'
import { useLocalStack } from './use.ts'

const root = join(import.meta.dirname, '..', '..')
const made = join(root, 'dist', 'template')
const code = 'vitals-code'
const data = 'company-data'
const StackName = 'plain'
const soon = { maxWaitTime: 100, minDelay: 1, maxDelay: 1 }
const hosts = Array.from({ length: 48 }, (_, at) => `web-${at}`)
const all = shards(16)

describe('the plain template, with a bucket that exists and 16 shards', { timeout: 120_000 }, () => {
  let url: string
  let cloud: CloudFormationClient
  let lambda: LambdaClient
  let bucket: Bucket

  beforeAll(async () => {
    url = useLocalStack()
    cloud = new CloudFormationClient()
    lambda = new LambdaClient()
    const s3 = new S3Client({ forcePathStyle: true })
    for (const Bucket of [code, data]) await s3.send(new CreateBucketCommand({ Bucket }))
    bucket = await openBucket(`s3://${data}`)
    const script = ['scripts/build-template.ts', '--arch', process.arch, '--stage', StackName]
    await promisify(execFile)(process.execPath, script, { cwd: root })
    for (const file of await readdir(made)) {
      const Body = await readFile(join(made, file))
      await s3.send(new PutObjectCommand({ Bucket: code, Key: `vitals/${file}`, Body }))
    }
    const parameters = {
      CodeBucket: code,
      CodePrefix: 'vitals/',
      Bucket: data,
      MailFrom: 'plain@example.com',
      MailTo: 'ops@example.com',
      AlarmTo: 'pager@example.com',
      Shards: '16',
      TimeZone: 'Europe/Berlin',
    }
    await cloud.send(
      new CreateStackCommand({
        StackName,
        TemplateURL: `${url}/${code}/vitals/vitals.template.json`,
        Capabilities: ['CAPABILITY_IAM'],
        Parameters: Object.entries(parameters).map(([ParameterKey, ParameterValue]) => ({
          ParameterKey,
          ParameterValue,
        })),
      }),
    )
    await waitUntilStackCreateComplete({ client: cloud, ...soon }, { StackName })
  }, 180_000)

  const run = <T>(name: string) => invoke<T>(lambda, `vitals-${StackName}-${name}`)
  /** Of each shard the names of its objects below that prefix. */
  const keysBelow = async (prefix: string) => (await bucket.list(prefix)).objects.map(({ key }) => key)

  it('makes a stack that says which bucket it uses and where its site is', async () => {
    const { Stacks: [stack] = [] } = await cloud.send(new DescribeStacksCommand({ StackName }))
    const outputs = Object.fromEntries(
      (stack?.Outputs ?? []).map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]),
    )
    expect(outputs.BucketUrl).toBe(`s3://${data}`)
    expect(outputs.SiteUrl).toMatch(/^http/)
  })

  it('is on a bucket that a deployment would have looked at, and advised on', async () => {
    const look = async (shards: string) => {
      const said: string[] = []
      const settings = { MONITOR_MAIL: 'ses', MONITOR_MAIL_FROM: 'a@example.com', MONITOR_MAIL_TO: 'b@example.com' }
      await checkAccount({
        config: {},
        stackName: 'none-yet',
        region: 'us-east-1',
        settings: { ...settings, MONITOR_SHARDS: shards },
        existing: `s3://${data}`,
        wanted: { LifecycleConfiguration: { Rules: [{ Prefix: 'lake/', ExpirationInDays: '90' }] } },
        say: (text: string) => said.push(text),
      })
      return said
    }
    const advice = await look('16')
    expect(advice.map((one) => one.slice(0, 40))).toEqual([
      's3://company-data: let nobody in without',
      's3://company-data: let nobody overwrite ',
      's3://company-data: nothing removes lake/',
    ])
    await until('its layout, by the schedule or by hand', async () => {
      await run('evaluate')
      return (await bucket.get('vitals.json')) !== undefined
    })
    await expect(look('1')).rejects.toThrow('it has 16 shards, since it was first used, and MONITOR_SHARDS says 1')
  })

  it('goes through all shards in one run, and every host is in its own', async () => {
    const atMs = Date.now() - minuteMs
    for (const host of hosts) {
      const { key, body } = makeInboxObject(makeBatch({ host, records: [makeSnapshot({ atMs })] }))
      await bucket.put(key, body, { ifAbsent: true })
    }
    await until('an empty inbox', async () => {
      await run('evaluate')
      return (await keysBelow('inbox/')).length === 0
    })
    const layout = await bucket.get('vitals.json')
    expect(JSON.parse(Buffer.from(layout?.body ?? []).toString())).toEqual({ v: 1, shards: 16 })
    const used = [...new Set(hosts.map((host) => shardOfHost(host, 16)))].toSorted()
    expect(used.length).toBeGreaterThan(12)
    expect(await keysBelow('state/')).toEqual(used.map((shard) => `state/v1/${shard}.json.zst`))
    for (const shard of used) {
      const page = Buffer.from((await bucket.get(`site/now/${shard}.json`))?.body ?? []).toString()
      const shown = hosts.filter((host) => page.includes(`"${host}"`))
      expect(shown, shard).toEqual(hosts.filter((host) => shardOfHost(host, 16) === shard))
    }
  })

  it('finds nothing more to do in any of them', async () => {
    const { answer } = await run<{ shard: string; outcome: string }[]>('evaluate')
    expect(answer.map(({ shard }) => shard).toSorted()).toEqual(all)
    expect(new Set(answer.map(({ outcome }) => outcome))).toEqual(new Set(['idle']))
  })

  it('rolls each of them up into a file of its own', async () => {
    await run('rollup')
    const files = await keysBelow('lake/samples/')
    const used = new Set(files.map((key) => /([0-9a-f])\.parquet$/.exec(key)?.[1]))
    expect(used).toEqual(new Set(hosts.map((host) => shardOfHost(host, 16))))
  })

  it('refuses to run for a function that is told another number', async () => {
    const FunctionName = `vitals-${StackName}-rollup`
    const Variables = { MONITOR_BUCKET: `s3://${data}`, MONITOR_SHARDS: '1' }
    await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Environment: { Variables } }))
    await until('the function with its new settings', async () => {
      const failed = await run('rollup').catch((error: Error) => error.message)
      return String(failed).includes('the bucket has 16 shards, and MONITOR_SHARDS says 1')
    })
  })

  it('leaves the bucket and all that is in it when it is removed', async () => {
    await cloud.send(new DeleteStackCommand({ StackName }))
    await waitUntilStackDeleteComplete({ client: cloud, ...soon }, { StackName })
    expect(await bucket.get('vitals.json')).toBeDefined()
  })
})
