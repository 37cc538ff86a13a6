import { agentPolicy } from '../../core/agent-policy.ts'
import { UsageError } from '../errors.ts'
import type { Parsed } from '../options.ts'
import { readSettings } from '../settings.ts'
import type { Terminal } from '../terminal.ts'

/** Prints the rights that a host's agent needs: JSON, to be given to AWS as it is. */
export async function runEnrol({ parsed, terminal }: { parsed: Parsed; terminal: Terminal }): Promise<void> {
  const { bucketUrl, host, cloudwatch, cloudwatchNamespace } = readSettings(terminal.env, parsed)
  if (!bucketUrl.startsWith('s3:')) {
    throw new UsageError(
      `the bucket is ${bucketUrl}: agents need rights on buckets in S3 only (--bucket s3://name/prefix)`,
    )
  }
  const metrics = cloudwatch || parsed.values.cloudwatch ? { cloudWatchNamespace: cloudwatchNamespace } : {}
  terminal.print(JSON.stringify(agentPolicy({ bucketUrl, host, ...metrics }), null, 2))
}
