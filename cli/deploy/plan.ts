/** A plan: what a deployment would do, to which account, with which settings. Reads, and changes nothing. */
import { type Caller, readCodeHash } from '../../adapters/deployment/account.ts'
import { type DeployedStack, readStack } from '../../adapters/deployment/stack.ts'
import { stackFactsOf } from '../../core/cost/stack-facts.ts'
import { type Change, type CodeHashes, compareTemplates } from '../../core/deployment/compare.ts'
import { settingsInEffect, shownChange } from '../../core/deployment/shown.ts'
import { resourcesOf, type Template } from '../../core/deployment/template.ts'
import { withoutPassword } from '../../core/parse-settings.ts'
import { keepRevoked } from '../../infra/serverless/keep-revoked.mjs'
import { type Costs, readCosts } from '../cost/load.ts'
import type { Parsed } from '../options.ts'
import type { Packaged } from './packaged.ts'
import type { Target } from './target.ts'
import { lookForTrouble } from './warnings.ts'

export interface Plan {
  stack: string
  stage: string
  region: string
  account: string
  caller: string
  /** Absent: AWS itself. */
  endpoint?: string
  isNew: boolean
  settings: Readonly<Record<string, string>>
  packages: { name: string; bytes: number }[]
  changes: Change[]
  /** A month, for so many hosts. */
  costs: Costs
  warnings: string[]
  /** It is not deployed until these are mended. */
  refusals: string[]
}

export interface PlanDeps {
  target: Target
  caller: Caller
  packaged: Packaged
  parsed: Parsed
  env: Readonly<Record<string, string | undefined>>
}

export async function makePlan({ target, caller, packaged, parsed, env }: PlanDeps): Promise<Plan> {
  const { stage, region, stackName } = target
  const { account, arn } = caller
  const stack = await readStack(stackName)
  const before = stack && { template: stack.template, code: await deployedCode(stack) }
  const { code, zips } = packaged
  // As the deployment does: what stays revoked is no change.
  const template = structuredClone(packaged.template)
  await keepRevoked({ config: {}, stackName, template, say: () => {} })
  const changes = compareTemplates({ ...(before ? { before } : {}), after: { template, code } })
  return {
    stack: stackName,
    stage,
    region,
    account,
    caller: arn,
    ...(env.AWS_ENDPOINT_URL ? { endpoint: withoutPassword(env.AWS_ENDPOINT_URL) } : {}),
    isNew: stack === undefined,
    settings: settingsInEffect(template),
    packages: zips,
    changes: changes.map(shownChange),
    costs: readCosts(parsed, env, stackFactsOf(template)),
    ...(await lookForTrouble({ target, packaged, stack, changes, mayLose: parsed.values.lose ?? [] })),
  }
}

/** As Lambda has it, whatever was put there beside CloudFormation. */
async function deployedCode({ template, physicalIds }: DeployedStack): Promise<CodeHashes> {
  const found = await Promise.all(
    functionsOf(template).map(async (id): Promise<[string, string | undefined]> => {
      const name = physicalIds[id]
      return [id, name === undefined ? undefined : await readCodeHash(name)]
    }),
  )
  return Object.fromEntries(found.filter((one): one is [string, string] => one[1] !== undefined))
}

function functionsOf(template: Template): string[] {
  return resourcesOf(template, 'AWS::Lambda::Function').map(([id]) => id)
}
