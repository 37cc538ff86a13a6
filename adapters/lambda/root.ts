/**
 * What the composition roots on AWS Lambda have in common: settings and log, read and opened by the first invocation, and
 * kept for those after it. A start that failed is tried again by the next.
 */
import { resolve } from 'node:path'
import type { FunctionName } from '../../core/figures.ts'
import { formatProblems, parseSettings } from '../../core/parse-settings.ts'
import type { Settings } from '../../core/settings.ts'
import type { Clock, Random } from '../clock/port.ts'
import { systemClock, systemRandom } from '../clock/system.ts'
import { type Figures, noFigures } from '../figures/port.ts'
import { createConsoleLog } from '../log/console.ts'
import type { Log } from '../log/port.ts'
import { createLambdaFigures, type LambdaFigures } from './figures.ts'

export interface LambdaRoot {
  settings: Settings
  /** Of the function: where the secrets are that vitals.yml names. */
  env: Readonly<Record<string, string | undefined>>
  log: Log
  figures: Figures
  clock: Clock
  random: Random
  /** What the stack tells its functions beside the settings. Throws where it does not. */
  fromStack(name: string): string
  /** What it may leave out. */
  fromStackIfSet(name: string): string | undefined
}

type Handle = (event: unknown) => Promise<unknown>

/** What Lambda says of an invocation, as far as it is used here. */
export interface Invocation {
  awsRequestId?: string
}

export type LambdaHandler = (event: unknown, invocation?: Invocation) => Promise<unknown>

export function onLambda(of: FunctionName, compose: (root: LambdaRoot) => Promise<Handle>): LambdaHandler {
  let composed: Promise<{ handle: Handle; figures: LambdaFigures | undefined }> | undefined
  return async (event, { awsRequestId = '' } = {}) => {
    composed ??= start(of, compose).catch((error: unknown) => {
      composed = undefined
      throw error
    })
    const { handle, figures } = await composed
    const startMs = systemClock.monotonicMs()
    try {
      return await handle(event)
    } finally {
      const durationMs = Math.round(systemClock.monotonicMs() - startMs)
      figures?.publish({ function: of, requestId: awsRequestId, durationMs })
    }
  }
}

async function start(of: FunctionName, compose: (root: LambdaRoot) => Promise<Handle>) {
  const { env } = process
  const root = readRoot(env)
  const figures = root.settings.functionMetrics
    ? createLambdaFigures({ of, stack: stackOf(of, env.AWS_LAMBDA_FUNCTION_NAME), stream: process.stdout })
    : undefined
  return { handle: await compose({ ...root, figures: figures ?? noFigures }), figures }
}

/** `vitals-prod` of `vitals-prod-evaluate`, as serverless.yml calls its functions. */
function stackOf(of: FunctionName, functionName = 'vitals'): string {
  return functionName.endsWith(`-${of}`) ? functionName.slice(0, -of.length - 1) : functionName
}

/** The only place of a function that may be written to. */
const scratch = '/tmp'

function readRoot(env: Readonly<Record<string, string | undefined>>): Omit<LambdaRoot, 'figures'> {
  const parsed = parseSettings({
    env,
    hostname: 'lambda',
    timeZone: 'UTC',
    resolvePath: (path) => resolve(scratch, path),
  })
  if (!parsed.ok) throw new Error(formatProblems(parsed.problems))
  const { settings } = parsed
  const log = createConsoleLog({
    stream: process.stdout,
    json: true,
    colour: false,
    clock: systemClock,
    timeZone: settings.timeZone,
  })
  const fromStackIfSet = (name: string) => env[name] || undefined
  const fromStack = (name: string) => {
    const value = fromStackIfSet(name)
    if (value !== undefined) return value
    throw new Error(`${name} is not set: serverless.yml gives it to each function that needs it; deploy again`)
  }
  return { settings, env, log, clock: systemClock, random: systemRandom, fromStack, fromStackIfSet }
}
