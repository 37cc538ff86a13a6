/**
 * Hosts that may put nothing more, as one statement of the bucket's policy. It goes by what is written and not by who writes:
 * a role, a key and a session that exists already are refused alike.
 */
import { inboxArn } from './agent-policy.ts'
import { hostOfSegment } from './host-segment.ts'

/** The deployment of the stack looks for it as well: infra/serverless/keep-revoked.mjs. */
export const revokedSid = 'RevokedHosts'

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/add-bucket-policy.html */
export const bucketPolicyMaxBytes = 20 * 1_024

export interface BucketPolicy {
  Version: string
  Statement: BucketStatement[]
}

interface BucketStatement {
  Sid?: string
  /** Stores give a list of one back as that one. */
  Resource?: string | string[]
  [field: string]: unknown
}

export interface Vitals {
  /** `s3://name/prefix` */
  bucketUrl: string
  /** Of ARNs; absent: `aws`. */
  partition?: string
}

/** In alphabetical order: those of this prefix of the bucket. */
export function revokedHosts(policy: BucketPolicy | undefined, vitals: Vitals): string[] {
  const hosts = revokedArns(policy).flatMap((arn) => {
    const [segment = ''] = arn.split('/').slice(-2)
    const host = hostOfSegment(segment)
    return host !== undefined && inboxArn({ ...vitals, host }) === arn ? [host] : []
  })
  return hosts.toSorted()
}

/** The same policy when the host is revoked already. */
export function withRevoked(
  policy: BucketPolicy | undefined,
  { host, ...vitals }: Vitals & { host: string },
): BucketPolicy {
  const arn = inboxArn({ ...vitals, host })
  const arns = revokedArns(policy)
  if (policy !== undefined && arns.includes(arn)) return policy
  return withArns(policy, [...arns, arn])
}

/** What stays, and nothing when that was all. */
export function withoutRevoked(
  policy: BucketPolicy | undefined,
  { host, ...vitals }: Vitals & { host: string },
): BucketPolicy | undefined {
  const arn = inboxArn({ ...vitals, host })
  const left = withArns(
    policy,
    revokedArns(policy).filter((one) => one !== arn),
  )
  return left.Statement.length === 0 ? undefined : left
}

function withArns(policy: BucketPolicy | undefined, arns: readonly string[]): BucketPolicy {
  const { Version = '2012-10-17', Statement = [] } = policy ?? {}
  const others = Statement.filter(({ Sid }) => Sid !== revokedSid)
  const revoked = {
    Sid: revokedSid,
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:PutObject',
    Resource: arns.toSorted(),
  }
  return { ...policy, Version, Statement: arns.length === 0 ? others : [...others, revoked] }
}

function revokedArns(policy: BucketPolicy | undefined): string[] {
  const statements = policy?.Statement.filter(({ Sid }) => Sid === revokedSid) ?? []
  return statements.flatMap(({ Resource = [] }) => Resource)
}
