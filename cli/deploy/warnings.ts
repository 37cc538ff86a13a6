/** What somebody should know before a deployment, and what keeps it from being made. */
import type { DeployedStack } from '../../adapters/deployment/stack.ts'
import { type Change, losses } from '../../core/deployment/compare.ts'
import { isKnownType } from '../../core/deployment/replacement.ts'
import { checkAccount } from '../../infra/serverless/check-account.mjs'
import type { Packaged } from './packaged.ts'
import type { Target } from './target.ts'

export interface Looked {
  target: Target
  packaged: Packaged
  stack: DeployedStack | undefined
  changes: readonly Change[]
  /** Resources that may go with what they hold. */
  mayLose: readonly string[]
}

/** `refusals`: it is not deployed until these are mended. */
export async function lookForTrouble(looked: Looked): Promise<{ warnings: string[]; refusals: string[] }> {
  const account = await lookAtAccount(looked)
  return {
    warnings: [...account.warnings, ...aboutUnknownTypes(looked)],
    refusals: [...aboutStatus(looked), ...account.refusals, ...aboutLosses(looked)],
  }
}

/** As the framework does before it deploys: the bucket, and whether SES sends mails. */
async function lookAtAccount({
  target,
  packaged: { given },
}: Looked): Promise<{ warnings: string[]; refusals: string[] }> {
  const warnings: string[] = []
  try {
    await checkAccount({
      config: {},
      stackName: target.stackName,
      region: target.region,
      settings: given.environment,
      existing: given.existingBucket,
      wanted: given.bucketProperties,
      say: (text: string) => warnings.push(text),
    })
    return { warnings, refusals: [] }
  } catch (error) {
    return { warnings, refusals: (error as Error).message.split('\n') }
  }
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

function aboutLosses({ changes, mayLose }: Looked): string[] {
  return losses(changes)
    .filter(({ id }) => !mayLose.includes(id))
    .map(({ id, loss }) => `${id} would go with what it holds: ${loss}. If that is meant: --lose ${id}`)
}
