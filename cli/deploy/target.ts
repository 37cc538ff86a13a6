/** Which stack is meant: its stage and region, and what else the framework is told. */
import { UsageError } from '../errors.ts'
import type { OptionTable, Parsed } from '../options.ts'

export interface Target {
  stage: string
  region: string
  stackName: string
  /** For each call of the framework. */
  args: readonly string[]
}

export const targetOptions = {
  stage: { value: 'NAME', meaning: 'of several stacks in one account; default: prod' },
  region: { value: 'REGION', meaning: 'of AWS; default: AWS_REGION, or us-east-1' },
  param: { value: 'KEY=VALUE', meaning: 'of serverless.yml, e.g. alarmTo=ops@example.com', multiple: true },
} as const satisfies OptionTable

const defaultStage = 'prod'
const defaultRegion = 'us-east-1'
const stagePattern = /^[a-z][a-z0-9-]{0,30}$/i

export function readTarget({ values }: Parsed, env: Readonly<Record<string, string | undefined>>): Target {
  const [stage = defaultStage] = values.stage ?? []
  const [region = env.AWS_REGION || defaultRegion] = values.region ?? []
  if (!stagePattern.test(stage)) {
    throw new UsageError(`--stage ${stage}: expected a letter, then letters, digits and -, 31 in all at most`)
  }
  const params = values.param ?? []
  const odd = params.find((one) => !/^[\w-]+=/.test(one))
  if (odd !== undefined) throw new UsageError(`--param ${odd}: expected KEY=VALUE`)
  const said = params.flatMap((one) => ['--param', one])
  return { stage, region, stackName: `vitals-${stage}`, args: ['--stage', stage, '--region', region, ...said] }
}
