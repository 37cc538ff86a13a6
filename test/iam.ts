/** What AWS would answer: policies as a library reads them, since LocalStack enforces none. */
import { runSimulation } from '@cloud-copilot/iam-simulate'

export interface Statement {
  Effect: 'Allow' | 'Deny'
  Action: string | string[]
  Resource: string | string[]
}

export interface Policy {
  Statement: readonly Statement[]
}

export interface Ask {
  action: string
  /** Its ARN. */
  resource: string
  /** Condition keys that the request has, beside that it came over TLS. */
  context?: Readonly<Record<string, string>>
}

export interface Asker {
  /** A service, as trust policies name it; absent: a role of the account. */
  service?: string
  policies: readonly Policy[]
  boundary?: Policy
  /** That of the bucket for what is asked of S3, that of the role for who may assume it. */
  resourcePolicies?: { s3?: Policy; sts?: Policy }
}

export interface Decision {
  outcome: 'Allowed' | 'ExplicitlyDenied' | 'ImplicitlyDenied'
  /** Action and resource of each line of a policy that says yes, as `pairsOf` names them. */
  grants: string[]
}

/** Any: policies here name their own account only. */
export const ownerId = '000000000000'

/** Throws where the policies or the question are none that AWS knows: an action, a resource of it or a condition key. */
export async function decide(
  { action, resource, context }: Ask,
  { service, policies, boundary, resourcePolicies = {} }: Asker,
): Promise<Decision> {
  const resourcePolicy = Object.entries(resourcePolicies).find(([name]) => action.startsWith(`${name}:`))?.[1]
  const answer = await runSimulation(
    {
      request: {
        principal: service ?? `arn:aws:iam::${ownerId}:role/asker`,
        action,
        resource: { resource, accountId: ownerId },
        contextVariables: { 'aws:SecureTransport': 'true', ...context },
      },
      identityPolicies: policies.map((policy, index) => ({ name: `${index}`, policy })),
      ...(boundary && { permissionBoundaryPolicies: [{ name: 'boundary', policy: boundary }] }),
      ...(resourcePolicy && { resourcePolicy }),
      serviceControlPolicies: [],
      resourceControlPolicies: [],
    },
    {},
  )
  // It takes `*` for all resources that an action has, and tells of those only that something is said of.
  const isSound = answer.resultType === 'single' || (answer.resultType === 'wildcard' && resource === '*')
  if (!isSound) throw new Error(`${action} on ${resource}: ${JSON.stringify(answer)}`)
  const [result] = answer.resultType === 'single' ? [answer.result] : answer.results
  const { analysis, ignoredContextKeys = [] } = result ?? {}
  if (ignoredContextKeys.length > 0) throw new Error(`${action} knows no ${ignoredContextKeys.join(', ')}`)
  const allowing = analysis?.identityAnalysis?.allowStatements ?? []
  return {
    outcome: answer.overallResult,
    grants: allowing.flatMap(({ explain: { actions, resources } }) => {
      const matching = [resources ?? []].flat().filter(({ matches }) => matches)
      return [actions ?? []]
        .flat()
        .filter(({ matches }) => matches)
        .flatMap((one) => matching.map(({ resource: pattern }) => `${one.action} ${pattern}`))
    }),
  }
}

/** `s3:GetObject arn:…`, of each action and resource that a policy allows. */
export function pairsOf(policies: readonly Policy[]): string[] {
  const allowing = policies.flatMap(({ Statement }) => Statement).filter(({ Effect }) => Effect === 'Allow')
  return allowing.flatMap(({ Action, Resource }) =>
    [Action].flat().flatMap((action) => [Resource].flat().map((resource) => `${action} ${resource}`)),
  )
}
