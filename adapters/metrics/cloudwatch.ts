/**
 * Metrics to Amazon CloudWatch. PutMetricData is not idempotent: a call whose answer was lost is not repeated, since a gap
 * is better than a value that counts twice.
 */
import { CloudWatchClient, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch'
import {
  type AwsAccess,
  type AwsTimeouts,
  bounded,
  onceOnly,
  type Remedy,
  readFailure,
  watchBegin,
} from '../aws/call.ts'
import type { Clock } from '../clock/port.ts'
import { type Call, callsFor, countValues } from './cloudwatch-calls.ts'
import type { MetricOutcome, MetricSink } from './port.ts'

export interface CloudWatchOptions {
  namespace: string
  clock: Clock
  aws?: AwsAccess
  timeouts?: AwsTimeouts
}

const defaultTimeouts: AwsTimeouts = { connectMs: 5_000, answerMs: 10_000 }

const remedies: readonly Remedy[] = [
  { when: /^AccessDenied/, remedy: 'allow cloudwatch:PutMetricData' },
  { when: /^InvalidParameterValue.*[Tt]imestamp/, remedy: "is this machine's clock right?" },
]

/** Throws when the region isn't set. */
export async function createCloudWatchSink(options: CloudWatchOptions): Promise<MetricSink> {
  const { namespace, clock, aws = {}, timeouts = defaultTimeouts } = options
  const client = new CloudWatchClient({ ...aws, ...onceOnly(timeouts) })
  const region = await client.config.region().catch((cause) => {
    throw new Error(`metrics to CloudWatch: ${readFailure(cause, { hasBegun: false }).reason}`, { cause })
  })

  const put = async ({ data }: Call, stop: AbortSignal): Promise<CallOutcome> => {
    const signal = bounded(stop, timeouts)
    const command = new PutMetricDataCommand({ Namespace: namespace, MetricData: data })
    const hasBegun = watchBegin(command)
    try {
      signal.throwIfAborted()
      await client.send(command, { abortSignal: signal })
      return { is: 'taken' }
    } catch (error) {
      const { effect, name, reason } = readFailure(error, { hasBegun: hasBegun(), signal, remedies })
      if (effect === 'unknown') return { is: 'unknown', reason }
      return { is: isAboutContent(name) ? 'refused' : 'untaken', reason }
    }
  }

  return {
    destination: `CloudWatch ${namespace} in ${region}`,
    send: async (points, { signal }) => {
      const { calls, refusedValues, reason } = callsFor(points, clock.now())
      const outcome: MetricOutcome = { unsent: [], lostValues: refusedValues }
      if (reason !== undefined) outcome.failure = reason
      for (const [index, call] of calls.entries()) {
        const result = await put(call, signal)
        if (result.is === 'taken') continue
        outcome.failure ??= result.reason
        if (result.is !== 'untaken') outcome.lostValues += countValues(call.points)
        // Another call may fare better only where this one was refused for what it holds.
        if (result.is === 'refused') continue
        const rest = calls.slice(result.is === 'untaken' ? index : index + 1)
        outcome.unsent = rest.flatMap((one) => one.points)
        break
      }
      return outcome
    },
  }
}

type CallOutcome =
  | { is: 'taken' }
  /** Nobody has it, and it would be refused again. */
  | { is: 'refused'; reason: string }
  /** Nobody has it, for now. */
  | { is: 'untaken'; reason: string }
  | { is: 'unknown'; reason: string }

function isAboutContent(name: string): boolean {
  return /^(?:InvalidParameter|MissingRequiredParameter|MissingParameter|Validation|InvalidFormat|RequestEntityTooLarge)/.test(
    name,
  )
}
