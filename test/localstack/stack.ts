/** The stack of serverless.yml on LocalStack: deployed, asked, removed, as an operator does. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation'
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { SESClient, VerifyEmailIdentityCommand } from '@aws-sdk/client-ses'
import { type ParsedMail, simpleParser } from 'mailparser'
import { localStackEnvironment } from './use.ts'

const root = join(import.meta.dirname, '..', '..')
const execute = promisify(execFile)
const outputMaxBytes = 16 * 1024 * 1024

export interface Stack {
  bucketUrl: string
  siteUrl: string
  /** The function's answer. Throws what the function threw. */
  invoke<T>(name: string, event?: unknown): Promise<{ answer: T; log: string }>
  mails(): Promise<SentMail[]>
  remove(): Promise<string>
}

export interface SentMail extends ParsedMail {
  sesId: string
}

export interface StackOptions {
  url: string
  stage: string
  mailFrom: string
  mailTo: string
  settings: Record<string, string>
}

export async function deployStack({ url, stage, mailFrom, mailTo, settings }: StackOptions): Promise<Stack> {
  await new SESClient().send(new VerifyEmailIdentityCommand({ EmailAddress: mailFrom }))
  const environment = { MONITOR_MAIL_FROM: mailFrom, MONITOR_MAIL_TO: mailTo, ...settings }
  const command = (...args: string[]) => serverless(url, environment, [...args, '--stage', stage])
  await command('deploy', '--param', `architecture=${process.arch}`)
  const outputs = await readOutputs(`vitals-${stage}`)
  const lambda = new LambdaClient()
  return {
    bucketUrl: outputs.BucketUrl ?? '',
    siteUrl: outputs.SiteUrl ?? '',
    invoke: async <T>(name: string, event: unknown = {}) => {
      const { Payload, FunctionError, LogResult } = await lambda.send(
        new InvokeCommand({
          FunctionName: `vitals-${stage}-${name}`,
          Payload: Buffer.from(JSON.stringify(event)),
          LogType: 'Tail',
        }),
      )
      const text = Buffer.from(Payload ?? []).toString()
      const log = Buffer.from(LogResult ?? '', 'base64').toString()
      if (FunctionError) throw new Error(`${name}: ${text}\n${log}`)
      return { answer: JSON.parse(text) as T, log }
    },
    mails: () => readMails(url, mailFrom),
    remove: () => command('remove', '--param', 'delete-data=yes'),
  }
}

export async function serverless(
  url: string,
  environment: Readonly<Record<string, string>>,
  args: readonly string[],
): Promise<string> {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(?:MONITOR|AWS|VITALS)_/.test(name))
  const env = { ...Object.fromEntries(inherited), ...localStackEnvironment(url), ...environment }
  try {
    const { stdout, stderr } = await execute(join(root, 'node_modules', '.bin', 'serverless'), args, {
      cwd: root,
      env: env as NodeJS.ProcessEnv,
      maxBuffer: outputMaxBytes,
    })
    return `${stdout}${stderr}`
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string }
    throw new Error(`serverless ${args.join(' ')}:\n${stdout}${stderr}`, { cause: error })
  }
}

async function readOutputs(stackName: string): Promise<Record<string, string | undefined>> {
  const { Stacks: [stack] = [] } = await new CloudFormationClient().send(
    new DescribeStacksCommand({ StackName: stackName }),
  )
  return Object.fromEntries((stack?.Outputs ?? []).map(({ OutputKey = '', OutputValue }) => [OutputKey, OutputValue]))
}

/** In the order in which they were sent. */
async function readMails(url: string, from: string): Promise<SentMail[]> {
  const answer = await fetch(`${url}/_aws/ses?email=${encodeURIComponent(from)}`)
  const { messages } = (await answer.json()) as { messages: { Id: string; RawData: string; Timestamp: string }[] }
  const sorted = messages.toSorted((a, b) => a.Timestamp.localeCompare(b.Timestamp))
  return Promise.all(sorted.map(async ({ Id, RawData }) => Object.assign(await simpleParser(RawData), { sesId: Id })))
}
