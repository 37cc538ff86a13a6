/**
 * What the composition roots on AWS Lambda have in common: settings and log, read and opened by the first invocation, and
 * kept for those after it. A start that failed is tried again by the next.
 */
import { resolve } from 'node:path'
import { formatProblems, parseSettings } from '../../core/parse-settings.ts'
import type { Settings } from '../../core/settings.ts'
import type { Clock, Random } from '../clock/port.ts'
import { systemClock, systemRandom } from '../clock/system.ts'
import { createConsoleLog } from '../log/console.ts'
import type { Log } from '../log/port.ts'

export interface LambdaRoot {
  settings: Settings
  /** Of the function: where the secrets are that vitals.yml names. */
  env: Readonly<Record<string, string | undefined>>
  log: Log
  clock: Clock
  random: Random
  /** What the stack tells its functions beside the settings. Throws where it does not. */
  fromStack(name: string): string
  /** What it may leave out. */
  fromStackIfSet(name: string): string | undefined
}

type Handle = (event: unknown) => Promise<unknown>

export function onLambda(compose: (root: LambdaRoot) => Promise<Handle>): Handle {
  let composed: Promise<Handle> | undefined
  return async (event) => {
    composed ??= compose(readRoot(process.env)).catch((error: unknown) => {
      composed = undefined
      throw error
    })
    const handle = await composed
    return await handle(event)
  }
}

/** The only place of a function that may be written to. */
const scratch = '/tmp'

function readRoot(env: Readonly<Record<string, string | undefined>>): LambdaRoot {
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
