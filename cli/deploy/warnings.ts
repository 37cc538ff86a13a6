/** What somebody should know before a deployment, and what keeps it from being made. */
import { readLayout } from '../../adapters/bucket/layout.ts'
import { openBucket } from '../../adapters/bucket/open.ts'
import { readSender } from '../../adapters/deployment/account.ts'
import type { DeployedStack } from '../../adapters/deployment/stack.ts'
import { type Change, losses } from '../../core/deployment/compare.ts'
import { isKnownType } from '../../core/deployment/replacement.ts'
import { givenSetting } from '../../core/deployment/shown.ts'
import type { Template } from '../../core/deployment/template.ts'
import { settings } from '../../core/settings.ts'

export interface Looked {
  template: Template
  stack: DeployedStack | undefined
  changes: readonly Change[]
  /** Resources that may go with what they hold. */
  mayLose: readonly string[]
}

/** `refusals`: it is not deployed until these are mended. */
export async function lookForTrouble(looked: Looked): Promise<{ warnings: string[]; refusals: string[] }> {
  const shards = await otherShards(looked)
  return {
    warnings: [...(await aboutMail(looked)), ...aboutUnknownTypes(looked)],
    refusals: [...aboutStatus(looked), ...shards, ...aboutLosses(looked)],
  }
}

async function aboutMail({ template, stack }: Looked): Promise<string[]> {
  const from = givenSetting(template, settings.mailFrom.name)
  if (givenSetting(template, settings.mail.name) !== 'ses' || from === undefined) return []
  const { isVerified, inSandbox } = await readSender(from)
  const unverified =
    `SES has not verified ${from}, nor its domain: no mail will leave. ` +
    `aws ses verify-email-identity --email-address ${from}, and open the link that it is sent`
  const sandbox =
    "this account is in SES's sandbox: each receiver must be verified as well, until AWS lets it out " +
    '(https://docs.aws.amazon.com/ses/latest/dg/request-production-access.html)'
  return [...(isVerified ? [] : [unverified]), ...(inSandbox && !stack ? [sandbox] : [])]
}

function aboutUnknownTypes({ changes }: Looked): string[] {
  return changes
    .filter(({ action, type }) => action === 'change' && !isKnownType(type))
    .map(({ id, type }) => `${id}: whether CloudFormation replaces a ${type} for this change is not known here`)
}

function aboutStatus({ stack }: Looked): string[] {
  const { status = '' } = stack ?? {}
  if (status.endsWith('_IN_PROGRESS')) return [`the stack is being changed by somebody else just now (${status})`]
  if (status === 'ROLLBACK_COMPLETE' || status === 'ROLLBACK_FAILED' || status === 'CREATE_FAILED') {
    return [`its creation failed (${status}), and CloudFormation changes it no more: vitals destroy, then deploy again`]
  }
  if (status === 'UPDATE_ROLLBACK_FAILED' || status === 'DELETE_FAILED') {
    return [`the stack is stuck (${status}): the events of CloudFormation say why; mend that there first`]
  }
  return []
}

/** The number of shards is fixed when a bucket is first used: functions would refuse it each minute. */
async function otherShards({ template, stack }: Looked): Promise<string[]> {
  const asked = givenSetting(template, settings.shardCount.name)
  const url = bucketUrl(template, stack)
  if (asked === undefined || url === undefined) return []
  const found = await readLayout(await openBucket(url))
  if (found === undefined || String(found) === asked) return []
  return [
    `${url} was first used with MONITOR_SHARDS=${found}, and now it is ${asked}: leave it out, or use a new bucket`,
  ]
}

/** One that was there before the stack, or the stack's own. */
function bucketUrl(template: Template, stack: DeployedStack | undefined): string | undefined {
  const given = givenSetting(template, settings.bucketUrl.name)
  return given?.startsWith('s3://') ? given : stack?.outputs.BucketUrl
}

function aboutLosses({ changes, mayLose }: Looked): string[] {
  return losses(changes)
    .filter(({ id }) => !mayLose.includes(id))
    .map(({ id, loss }) => `${id} would go with what it holds: ${loss}. If that is meant: --lose ${id}`)
}
