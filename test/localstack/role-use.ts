/** What was asked of AWS, beside what roles and policies allow. */
import { expect } from 'vitest'
import { agentPolicy } from '../../core/agent-policy.ts'
import { type Ask, type Asker, decide, pairsOf } from '../iam.ts'
import { asksOf, type Call } from './calls.ts'
import { readBucketPolicy, readPolicies } from './deployed-roles.ts'

const aDay = 'a day must begin for it'
const settled = 'an incident must be over and told: test/unit/infra/stack/roles.test.ts has it'
const afterDays = 'the log must be 14 days old: test/unit/infra/stack/roles.test.ts has it'
const failed = 'Lambda does it in the name of the function, when a run has failed'
const many = 'there must be 256 shards'
const missing = 'S3 asks for it where a key is missing: without it that is a 403, and no 404'

/** What is allowed and need not be asked for within a story, and why it is allowed: nothing else may be. */
const withoutUse: Record<string, Record<string, string>> = {
  Evaluate: { 's3:PutObject checkpoints/v1/*': aDay, 'sqs:SendMessage Failures': failed },
  Notify: {
    's3:PutObject notices/v1/done/*': settled,
    's3:DeleteObject notices/v1/open/*': settled,
  },
  Rollup: {
    's3:DeleteObject log/v1/*': afterDays,
    's3:DeleteObject checkpoints/v1/*': afterDays,
    'lambda:InvokeFunction rollup': many,
    'sqs:SendMessage Failures': failed,
  },
  Report: { 's3:ListBucket vitalsbucket': missing, 'sqs:SendMessage Failures': failed },
  Open: {},
}

interface Deployed {
  calls: readonly Call[]
  bucketUrl: string
  /** `vitals-story`, as the stack is called. */
  stackName: string
}

/** Each role allows all that its function asked for, and nothing that none asks for but what stands above. */
export async function expectRolesToFit({ calls, bucketUrl, stackName }: Deployed): Promise<void> {
  const s3 = await readBucketPolicy(bucketUrl)
  const short = (pair: string) =>
    pair
      .replace(`arn:aws:s3:::${new URL(bucketUrl).host}/`, '')
      .replace(new RegExp(` arn:\\S*:${stackName}-(\\w+)(?:-\\w+)?$`), ' $1')
  const own = calls.filter(({ role }) => role?.includes(`/${stackName}-`))
  const roles = Map.groupBy(own, ({ role }) => role ?? '')
  const found: Record<string, { refused: Ask[]; unused: string[] }> = {}
  for (const [role, ofRole] of roles) {
    const [, name = role] = new RegExp(`/${stackName}-(\\w+)Role-`).exec(role) ?? []
    const policies = await readPolicies(role)
    const { refused, used } = await useOf(asksOf(ofRole), { policies, resourcePolicies: { s3 } })
    const pairs = pairsOf(policies)
    const excused = Object.keys(withoutUse[name] ?? {})
    expect(pairs.map(short), `${name}: what has no use here must be allowed`).toEqual(expect.arrayContaining(excused))
    found[name] = {
      refused,
      unused: pairs
        .filter((pair) => !used.has(pair))
        .map(short)
        .filter((pair) => !excused.includes(pair)),
    }
  }
  const nothing = { refused: [], unused: [] }
  expect(found).toEqual(Object.fromEntries(Object.keys(withoutUse).map((name) => [name, nothing])))
}

/** The agent of `host` did nothing but what `vitals enrol` would have allowed. */
export async function expectAgentToFit(
  host: string,
  { calls, bucketUrl, accessKeyId }: Omit<Deployed, 'stackName'> & { accessKeyId: string },
): Promise<void> {
  const asks = asksOf(calls.filter((call) => call.accessKeyId === accessKeyId))
  expect(asks.length).toBeGreaterThan(0)
  const policies = [agentPolicy({ bucketUrl, host })]
  const { refused } = await useOf(asks, { policies, resourcePolicies: { s3: await readBucketPolicy(bucketUrl) } })
  expect(refused).toEqual([])
}

async function useOf(asks: readonly Ask[], asker: Asker): Promise<{ refused: Ask[]; used: Set<string> }> {
  const used = new Set<string>()
  const refused: Ask[] = []
  for (const ask of asks) {
    const { outcome, grants } = await decide(ask, asker)
    if (outcome !== 'Allowed') refused.push(ask)
    for (const grant of grants) used.add(grant)
  }
  return { refused, used }
}
