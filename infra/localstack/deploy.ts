/** The stack of serverless.yml on a LocalStack: deployed, asked, removed, as an operator does. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { GetFunctionConfigurationCommand, InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { SESClient, VerifyEmailIdentityCommand } from '@aws-sdk/client-ses'
import type { Plan } from '../../cli/deploy/plan.ts'
import { readOutputs } from '../serverless/outputs.mjs'
import { awsAccess, localStackEnvironment } from './access.ts'

const root = join(import.meta.dirname, '..', '..')

export interface DeployedStack {
  bucketUrl: string
  siteUrl: string
  /** The function's answer. Throws what the function threw. */
  invoke<T>(name: string, event?: unknown): Promise<{ answer: T; log: string }>
  /** What the stack gave the function beside its settings. */
  environmentOf(name: string): Promise<Record<string, string>>
  /** What deploying it would do now. */
  plan(): Promise<Plan>
  /** Again, with these settings instead; what that was. */
  redeploy(settings: Readonly<Record<string, string>>): Promise<Plan>
  /** What was said. Without the data the bucket stays. */
  remove(what: { withData: boolean }): Promise<string>
}

export interface DeployOptions {
  /** LocalStack's. */
  url: string
  stage: string
  /** `MONITOR_…`; MONITOR_MAIL_FROM and MONITOR_MAIL_TO among them. */
  settings: Readonly<Record<string, string>>
  /** Ends what is being deployed or removed, with all that it has started. */
  signal?: AbortSignal
  /** Where its files are meanwhile: what is ended leaves them. Absent: the machine's directory for such files. */
  temporary?: string
}

export async function deployStack({ url, stage, settings, ...called }: DeployOptions): Promise<DeployedStack> {
  const access = awsAccess(url)
  await new SESClient(access).send(new VerifyEmailIdentityCommand({ EmailAddress: settings.MONITOR_MAIL_FROM }))
  let given = settings
  const command = (...args: string[]) => vitals([...args, '--stage', stage], { url, settings: given, ...called })
  const architecture = ['--param', `architecture=${process.arch}`]
  const deploy = async (how: '--yes' | '--plan') => planIn(await command('deploy', how, '--json', ...architecture))
  await deploy('--yes')
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
    plan: () => deploy('--plan'),
    redeploy: (changed) => {
      given = changed
      return deploy('--yes')
    },
    remove: ({ withData }) => command('destroy', '--yes', ...(withData ? ['--delete-data'] : [])),
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

/** Its other lines are the log. */
function planIn(said: string): Plan {
  const line = said.split('\n').find((one) => one.startsWith('{"stack":'))
  if (line === undefined) throw new Error(`vitals deploy told no plan:\n${said}`)
  return JSON.parse(line) as Plan
}

type Called = Omit<DeployOptions, 'stage'>

/** The command in processes of its own, with nothing of the caller's credentials and settings. What it said. */
async function vitals(args: readonly string[], { url, settings, signal, temporary }: Called): Promise<string> {
  signal?.throwIfAborted()
  const inherited = Object.entries(process.env).filter(([name]) => !/^(?:MONITOR|AWS|VITALS)_/.test(name))
  // A group of its own: the framework and the bundler that it starts go with it.
  const child = spawn(process.execPath, [join(root, 'cli', 'main.ts'), ...args], {
    cwd: root,
    env: {
      ...(Object.fromEntries(inherited) as NodeJS.ProcessEnv),
      ...localStackEnvironment(url),
      ...settings,
      ...(temporary === undefined ? {} : { TMPDIR: temporary }),
    },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const end = () => killGroup(child)
  signal?.addEventListener('abort', end, { once: true })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk))
  try {
    const [code] = await once(child, 'close')
    signal?.throwIfAborted()
    if (code !== 0) throw new Error(`vitals ${args.join(' ')}:\n${said}`)
    return said
  } finally {
    signal?.removeEventListener('abort', end)
  }
}

function killGroup({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL')
  } catch {
    // It has ended by itself.
  }
}
