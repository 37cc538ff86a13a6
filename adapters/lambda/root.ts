/**
 * What the composition roots on AWS Lambda have in common: settings, log and figures, opened by the first invocation and kept
 * for those after it. A start that failed is tried again by the next. What a run throws is told in the log, by shard and
 * with its stack, before Lambda has it.
 */
import { resolve } from 'node:path'
import type { FunctionName } from '../../core/figures.ts'
import { formatProblems, parseSettings } from '../../core/parse-settings.ts'
import type { Settings } from '../../core/settings.ts'
import type { Clock, Random } from '../clock/port.ts'
import { systemClock, systemRandom } from '../clock/system.ts'
import { type Figures, noFigures } from '../figures/port.ts'
import type { Log } from '../log/port.ts'
import { tellFailure } from './failure.ts'
import { createLambdaFigures, type LambdaFigures } from './figures.ts'
import { createLambdaLog } from './log.ts'
import { type Secrets, secretsOf } from './secrets.ts'

export interface LambdaRoot {
  settings: Settings
  /** Of the function: where the secrets are that vitals.yml names. */
  env: Readonly<Record<string, string | undefined>>
  /** What must not stand in the log; what the stack gives as a secret is hidden already. */
  secrets: Pick<Secrets, 'hide'>
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
type Compose = (root: LambdaRoot) => Promise<Handle>

/** What Lambda says of an invocation, as far as it is used here. */
export interface Invocation {
  awsRequestId?: string
}

export type LambdaHandler = (event: unknown, invocation?: Invocation) => Promise<unknown>

export function onLambda(of: FunctionName, compose: Compose): LambdaHandler {
  let requestId = ''
  let opened: Opened | undefined
  let starting: Promise<{ handle: Handle; figures: LambdaFigures | undefined }> | undefined
  return async (event, { awsRequestId = '' } = {}) => {
    requestId = awsRequestId
    opened ??= open(of, process.env, () => requestId)
    const startMs = systemClock.monotonicMs()
    let figures: LambdaFigures | undefined
    let outcome: 'well' | 'failed' = 'failed'
    try {
      starting ??= start(opened, compose).catch((error: unknown) => {
        starting = undefined
        throw error
      })
      const started = await starting
      figures = started.figures
      const answer = await started.handle(event)
      outcome = 'well'
      return answer
    } catch (error) {
      throw tellFailure(error, opened)
    } finally {
      const durationMs = Math.round(systemClock.monotonicMs() - startMs)
      const time = new Date(systemClock.now()).toISOString()
      figures?.publish({ time, level: 'info', event: 'the run ended', function: of, requestId, outcome, durationMs })
    }
  }
}

interface Opened {
  of: FunctionName
  env: LambdaRoot['env']
  secrets: Secrets
  log: Log
  settings: ReturnType<typeof parseSettings>
}

/** The only place of a function that may be written to. */
const scratch = '/tmp'

/** The log is there before the settings are known to be right: it tells what is wrong with them. */
function open(of: FunctionName, env: LambdaRoot['env'], requestId: () => string): Opened {
  const settings = parseSettings({
    env,
    hostname: 'lambda',
    timeZone: 'UTC',
    resolvePath: (path) => resolve(scratch, path),
  })
  const secrets = secretsOf(env)
  const level = settings.ok ? settings.settings.logLevel : 'info'
  return { of, env, secrets, settings, log: createLambdaLog({ of, level, secrets, requestId }) }
}

async function start({ of, env, secrets, log, settings: parsed }: Opened, compose: Compose) {
  if (!parsed.ok) throw new Error(formatProblems(parsed.problems))
  const { settings } = parsed
  const figures = settings.functionMetrics
    ? createLambdaFigures({ of, stack: stackNameOf(of, env.AWS_LAMBDA_FUNCTION_NAME), stream: process.stdout })
    : undefined
  const fromStackIfSet = (name: string) => env[name] || undefined
  const fromStack = (name: string) => {
    const value = fromStackIfSet(name)
    if (value !== undefined) return value
    throw new Error(`${name} is not set: serverless.yml gives it to each function that needs it; deploy again`)
  }
  const own = { settings, env, secrets, log, figures: figures ?? noFigures }
  return {
    handle: await compose({ ...own, clock: systemClock, random: systemRandom, fromStack, fromStackIfSet }),
    figures,
  }
}

/** `vitals-prod` of `vitals-prod-evaluate`, as serverless.yml calls its functions. */
function stackNameOf(of: FunctionName, functionName = 'vitals'): string {
  return functionName.endsWith(`-${of}`) ? functionName.slice(0, -of.length - 1) : functionName
}
