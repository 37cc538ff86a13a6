import { openLaidOutBucket } from '../../adapters/bucket/ready.ts'
import type { BucketPolicyStore } from '../../adapters/bucket/s3/policy.ts'
import { readShardState } from '../../adapters/bucket/shard-state.ts'
import { systemClock, systemRandom } from '../../adapters/clock/system.ts'
import { partitionOf } from '../../core/agent-policy.ts'
import { isShippableHost } from '../../core/host-segment.ts'
import { inboxHostPrefix, shardOfHost } from '../../core/keys.ts'
import { type BucketPolicy, revokedHosts, type Vitals, withoutRevoked, withRevoked } from '../../core/revoked-hosts.ts'
import type { Settings } from '../../core/settings.ts'
import { nearestWord } from '../../core/spelling.ts'
import { stackNameOf } from '../../infra/agent-role/way.ts'
import { UsageError } from '../errors.ts'
import type { Parsed } from '../options.ts'
import { readSettings } from '../settings.ts'
import type { Terminal } from '../terminal.ts'

const misspellingEdits = 3
const shownWithinMs = 15_000
const lookEveryMs = 500

/**
 * By the policy of the bucket, so that it holds for credentials that are out already. What else that policy says stays, and
 * deployments of the stack carry it along.
 */
export async function runHostRevoke({ parsed, terminal }: { parsed: Parsed; terminal: Terminal }): Promise<void> {
  const settings = readSettings(terminal.env, parsed)
  const { bucketUrl } = settings
  const host = parsed.operand ?? ''
  if (!bucketUrl.startsWith('s3:')) {
    throw new UsageError(
      `the bucket is ${bucketUrl}: only buckets in S3 have a policy (--bucket s3://name/prefix); who may write into a directory is its file system's matter`,
    )
  }
  if (!isShippableHost(host)) throw new UsageError(`${JSON.stringify(host)}: expected a name that a host has`)
  const partition = partitionOf(terminal.env.AWS_REGION ?? terminal.env.AWS_DEFAULT_REGION)
  const vitals = { bucketUrl, partition }
  // Loaded here: every other command does without a client of S3.
  const { openBucketPolicy } = await import('../../adapters/bucket/s3/policy.ts')
  const store = await openBucketPolicy(bucketUrl, { clock: systemClock, random: systemRandom })
  const isLifted = parsed.values.undo !== undefined
  const before = await store.read()
  if (isLifted) expectRevoked(host, before, vitals)
  else if (!parsed.values.unknown) await expectKnown(host, settings)
  const after = isLifted ? withoutRevoked(before, { ...vitals, host }) : withRevoked(before, { ...vitals, host })
  const hosts = revokedHosts(after, vitals)
  if (after !== before) {
    await store.write(after)
    await untilShown(store, { vitals, hosts })
  }
  if (parsed.values.json) return terminal.print(JSON.stringify({ bucketUrl, host, isRevoked: !isLifted, hosts }))
  for (const line of isLifted ? liftedLines(host) : revokedLines(host, bucketUrl, store)) terminal.print(line)
  terminal.print(`revoked now: ${hosts.length === 0 ? 'nobody' : hosts.join(', ')}`)
}

function revokedLines(host: string, bucketUrl: string, { endpoint }: BucketPolicyStore): string[] {
  const said = `${host} is revoked: within minutes nobody puts anything below ${inboxHostPrefix(host)}, sessions that exist included`
  if (endpoint !== undefined) {
    return [
      `${said}, where ${endpoint} asks the policy of a bucket about who has a key as well: MinIO, for one, does not`,
      'to be sure, take the key of the host away there; vitals doctor on the host says whether it still may',
    ]
  }
  const stackName = stackNameOf({ bucketUrl, host })
  return [
    said,
    `for good, take its credentials away (aws cloudformation delete-stack --stack-name ${stackName}), then: vitals host forget`,
  ]
}

function liftedLines(host: string): string[] {
  return [`${host} may put again, by whatever credentials have the right`]
}

function expectRevoked(host: string, policy: BucketPolicy | undefined, vitals: Vitals): void {
  const hosts = revokedHosts(policy, vitals)
  if (hosts.includes(host)) return
  throw new Error(`${host} is not revoked in ${vitals.bucketUrl}; revoked: ${hosts.join(', ') || 'nobody'}`)
}

/** A misspelt name would be revoked, and the host would go on. Where the bucket can't be read, nobody is held up. */
async function expectKnown(host: string, settings: Settings): Promise<void> {
  const hosts = await knownBeside(host, settings).catch(() => undefined)
  if (hosts === undefined || hosts.includes(host)) return
  const meant = nearestWord(host, hosts, misspellingEdits)
  throw new Error(
    `no host ${host} is known in ${settings.bucketUrl}${meant === undefined ? '' : `; is ${meant} meant?`} (--unknown: revoke it all the same)`,
  )
}

async function knownBeside(host: string, settings: Settings): Promise<string[]> {
  const { bucket, shardCount } = await openLaidOutBucket(settings)
  return Object.keys((await readShardState(bucket, shardOfHost(host, shardCount)))?.state.hosts ?? {})
}

/** Who revokes the next host reads the policy first: of one that is old, this host would be missing. */
async function untilShown(
  store: BucketPolicyStore,
  { vitals, hosts }: { vitals: Vitals; hosts: readonly string[] },
): Promise<void> {
  const endMs = systemClock.monotonicMs() + shownWithinMs
  while (String(revokedHosts(await store.read(), vitals)) !== String(hosts)) {
    if (systemClock.monotonicMs() > endMs) {
      throw new Error(
        `the store took the policy of ${vitals.bucketUrl}, and after ${shownWithinMs / 1_000} s does not show it: look again, and run this again`,
      )
    }
    await systemClock.sleep(lookEveryMs)
  }
}
