import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  CreateFunctionCommand,
  DeleteFunctionCommand,
  InvokeCommand,
  LambdaClient,
  type Runtime,
  waitUntilFunctionActiveV2,
} from '@aws-sdk/client-lambda'
import { afterAll, beforeAll } from 'vitest'
import { useLocalStack } from '../use.ts'
import { zip } from './zip.ts'

const activeWaitSeconds = 30

export interface Invoked {
  /** The answer, parsed. */
  answer: unknown
  /** What the function or the runtime says of an error: `Unhandled`. */
  error?: string
  /** The end of the log, as Invoke gives it. */
  log: string
  tookMs: number
}

export interface DeployedFunction {
  name: string
  lambda: LambdaClient
  invoke(event?: unknown): Promise<Invoked>
  remove(): Promise<void>
}

export interface FunctionOptions {
  /** Default: probe.mjs as the function's index.mjs. */
  files?: Readonly<Record<string, string>>
  handler?: string
  runtime?: string
  timeoutSeconds?: number
  memoryMb?: number
  environment?: Record<string, string>
}

/** What probe.mjs says of where it is. */
export interface Here {
  pid: number
  /** Invocations that this process has had. */
  calls: number
}

export async function here({ invoke }: DeployedFunction): Promise<Here> {
  return (await invoke({ do: 'here' })).answer as Here
}

/** Functions of a test file; they go when its tests are over. */
export function useFunctions(): (options?: FunctionOptions) => Promise<DeployedFunction> {
  const deployed: DeployedFunction[] = []
  beforeAll(() => {
    useLocalStack()
  })
  afterAll(async () => {
    // Some are gone by then.
    for (const { remove } of deployed) await remove().catch(() => undefined)
  })
  return async (options = {}) => {
    const made = await deployFunction(options)
    deployed.push(made)
    return made
  }
}

async function deployFunction({
  files = { 'index.mjs': readFileSync(join(import.meta.dirname, 'probe.mjs'), 'utf8') },
  handler = 'index.handler',
  runtime = 'nodejs24.x',
  timeoutSeconds = 10,
  memoryMb = 128,
  environment = {},
}: FunctionOptions): Promise<DeployedFunction> {
  const lambda = new LambdaClient({ maxAttempts: 1 })
  const name = `executor-${randomUUID()}`
  await lambda.send(
    new CreateFunctionCommand({
      FunctionName: name,
      Runtime: runtime as Runtime,
      Role: 'arn:aws:iam::000000000000:role/executor',
      Handler: handler,
      Timeout: timeoutSeconds,
      MemorySize: memoryMb,
      Code: { ZipFile: zip(files) },
      Environment: { Variables: environment },
    }),
  )
  await waitUntilFunctionActiveV2(
    { client: lambda, maxWaitTime: activeWaitSeconds, minDelay: 0.1, maxDelay: 0.5 },
    { FunctionName: name },
  )
  return {
    name,
    lambda,
    invoke: async (event = {}) => {
      const startMs = performance.now()
      const { Payload, FunctionError, LogResult } = await lambda.send(
        new InvokeCommand({ FunctionName: name, Payload: Buffer.from(JSON.stringify(event)), LogType: 'Tail' }),
      )
      return {
        answer: JSON.parse(Buffer.from(Payload ?? []).toString()),
        ...(FunctionError === undefined ? {} : { error: FunctionError }),
        log: Buffer.from(LogResult ?? '', 'base64').toString(),
        tookMs: performance.now() - startMs,
      }
    },
    remove: async () => {
      await lambda.send(new DeleteFunctionCommand({ FunctionName: name }))
    },
  }
}
