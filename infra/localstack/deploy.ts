/** The stack of serverless.yml on a LocalStack: deployed, asked, removed, as an operator does. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { GetFunctionConfigurationCommand, InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { SESClient, VerifyEmailIdentityCommand } from '@aws-sdk/client-ses'
import { readOutputs } from '../serverless/outputs.mjs'

const root = join(import.meta.dirname, '..', '..')
const execute = promisify(execFile)
const outputMaxBytes = 16 * 1024 * 1024

export interface DeployedStack {
  bucketUrl: string
  siteUrl: string
  /** The function's answer. Throws what the function threw. */
  invoke<T>(name: string, event?: unknown): Promise<{ answer: T; log: string }>
  /** What the stack gave the function beside its settings. */
  environmentOf(name: string): Promise<Record<string, string>>
  /** With all that its bucket holds; what the framework said. */
  remove(): Promise<string>
}

export interface DeployOptions {
  /** LocalStack's. */
  url: string
  stage: string
  /** `MONITOR_…`; MONITOR_MAIL_FROM and MONITOR_MAIL_TO among them. */
  settings: Readonly<Record<string, string>>
}

const region = 'us-east-1'
/** Any will do. */
const credentials = { accessKeyId: 'test', secretAccessKey: 'test' }

/** What speaks to AWS speaks to LocalStack with these in its environment. */
export function localStackEnvironment(url: string): Record<string, string> {
  const { accessKeyId, secretAccessKey } = credentials
  return {
    AWS_ENDPOINT_URL: url,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_REGION: region,
  }
}

export async function deployStack({ url, stage, settings }: DeployOptions): Promise<DeployedStack> {
  const access = { endpoint: url, region, credentials }
  await new SESClient(access).send(new VerifyEmailIdentityCommand({ EmailAddress: settings.MONITOR_MAIL_FROM }))
  const command = (...args: string[]) => serverless(url, settings, [...args, '--stage', stage])
  await command('deploy', '--param', `architecture=${process.arch}`)
  const { BucketUrl: bucketUrl, SiteUrl: siteUrl } = await readOutputs({
    config: access,
    stackName: `vitals-${stage}`,
  })
  if (bucketUrl === undefined || siteUrl === undefined) throw new Error(`stack vitals-${stage} has no outputs`)
  const lambda = new LambdaClient(access)
  return {
    bucketUrl,
    siteUrl,
    invoke: (name, event) => invoke(lambda, `vitals-${stage}-${name}`, event),
    environmentOf: async (name) => {
      const configuration = new GetFunctionConfigurationCommand({ FunctionName: `vitals-${stage}-${name}` })
      return (await lambda.send(configuration)).Environment?.Variables ?? {}
    },
    remove: () => command('remove', '--param', 'delete-data=yes'),
  }
}

/** The function's answer, and the end of its log. Throws what the function threw. */
export async function invoke<T>(
  lambda: LambdaClient,
  name: string,
  event: unknown = {},
): Promise<{ answer: T; log: string }> {
  const { Payload, FunctionError, LogResult } = await lambda.send(
    new InvokeCommand({ FunctionName: name, Payload: Buffer.from(JSON.stringify(event)), LogType: 'Tail' }),
  )
  const text = Buffer.from(Payload ?? []).toString()
  const log = Buffer.from(LogResult ?? '', 'base64').toString()
  if (FunctionError) throw new Error(`${name}: ${text}\n${log}`)
  return { answer: JSON.parse(text) as T, log }
}

/** The framework in a process of its own, with nothing of the caller's credentials and settings. */
async function serverless(
  url: string,
  settings: Readonly<Record<string, string>>,
  args: readonly string[],
): Promise<string> {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(?:MONITOR|AWS|VITALS)_/.test(name))
  const bin = join(root, 'node_modules', '.bin')
  const env = {
    ...Object.fromEntries(inherited),
    PATH: `${bin}:${process.env.PATH}`,
    ...localStackEnvironment(url),
    ...settings,
  }
  try {
    const { stdout, stderr } = await execute(join(bin, 'serverless'), args, {
      cwd: root,
      env: env as NodeJS.ProcessEnv,
      maxBuffer: outputMaxBytes,
    })
    return `${stdout}${stderr}`
  } catch (cause) {
    const { stdout = '', stderr = '' } = cause as { stdout?: string; stderr?: string }
    throw new Error(`serverless ${args.join(' ')}:\n${stdout}${stderr}`, { cause })
  }
}
