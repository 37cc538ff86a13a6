import { type AgentPolicy, agentPolicy, partitionOf } from '../../core/agent-policy.ts'
import { stackNameOf } from '../../infra/agent-role/way.ts'
import { type WayName, wayNames, ways } from '../../infra/agent-role/ways.ts'
import { enrolSteps, stepLines } from '../enrol/steps.ts'
import { UsageError } from '../errors.ts'
import type { Parsed } from '../options.ts'
import { readSettings } from '../settings.ts'
import type { Terminal } from '../terminal.ts'

/**
 * Prints the rights that a host's agent needs: JSON, to be given to AWS as it is. With a way to give it credentials: a
 * template of CloudFormation, and to people in its place what to do. Nothing is made here: that takes rights to make roles.
 */
export async function runEnrol({ parsed, terminal }: { parsed: Parsed; terminal: Terminal }): Promise<void> {
  const { bucketUrl, host, cloudwatch, cloudwatchNamespace } = readSettings(terminal.env, parsed)
  if (!bucketUrl.startsWith('s3:')) {
    throw new UsageError(
      `the bucket is ${bucketUrl}: agents need rights on buckets in S3 only (--bucket s3://name/prefix)`,
    )
  }
  const metrics = cloudwatch || parsed.values.cloudwatch ? { cloudWatchNamespace: cloudwatchNamespace } : {}
  const partition = partitionOf(terminal.env.AWS_REGION ?? terminal.env.AWS_DEFAULT_REGION)
  const enrolment = { bucketUrl, host, policy: readPolicy({ bucketUrl, host, partition, ...metrics }) }
  const name = readWay(parsed, host)
  if (name === undefined) {
    return terminal.print(parsed.values.json ? JSON.stringify(enrolment) : JSON.stringify(enrolment.policy, null, 2))
  }
  const template = ways[name].template(enrolment)
  const steps = enrolSteps(enrolment, { way: name, sendsMetrics: metrics.cloudWatchNamespace !== undefined })
  if (parsed.values.json) {
    const stackName = stackNameOf(enrolment)
    return terminal.print(JSON.stringify({ ...enrolment, way: name, stackName, template, steps }))
  }
  if (!terminal.isForPeople) return terminal.print(JSON.stringify(template, null, 2))
  for (const line of stepLines(steps)) terminal.print(line)
}

function readPolicy(options: Parameters<typeof agentPolicy>[0]): AgentPolicy {
  try {
    return agentPolicy(options)
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
}

function readWay(parsed: Parsed, host: string): WayName | undefined {
  const [said] = parsed.values.way ?? []
  if (said === undefined) return undefined
  const name = wayNames.find((one) => one === said)
  if (name === undefined) throw new UsageError(`--way ${said}: expected ${wayNames.join(', ')}`)
  const problem = ways[name].problem?.(host)
  if (problem !== undefined) throw new UsageError(`--way ${name}: ${problem}; choose another way, or MONITOR_HOST`)
  return name
}
