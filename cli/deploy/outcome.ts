/** What the operator needs of a stack that stands. */
import { systemClock } from '../../adapters/clock/system.ts'
import { readVariables } from '../../adapters/deployment/account.ts'
import { readStack } from '../../adapters/deployment/stack.ts'
import { stackLinks } from '../../adapters/lambda/links.ts'
import { settings } from '../../core/settings.ts'
import type { Target } from './target.ts'

export interface Outcome {
  bucketUrl: string
  /** What links begin with. */
  siteUrl: string
  /** The status page, for whoever has it. */
  siteLink: string
  /** Its addresses must confirm. */
  alarmTopic?: string
}

const dayMs = 86_400_000

export async function readOutcome({ stackName }: Target): Promise<Outcome> {
  const { BucketUrl: bucketUrl, SiteUrl: siteUrl, AlarmTopic: alarmTopic } = (await readStack(stackName))?.outputs ?? {}
  if (bucketUrl === undefined || siteUrl === undefined) {
    throw new Error(
      `stack ${stackName} has no outputs BucketUrl and SiteUrl: expected them of each that serverless.yml makes`,
    )
  }
  const variables = await readVariables(`${stackName}-notify`)
  const linkTo = stackLinks({
    settings: { linkLifetimeMs: lifetimeMs(variables[settings.linkLifetimeMs.name]) },
    clock: systemClock,
    fromStack: (name) => variables[name] ?? '',
  })
  return { bucketUrl, siteUrl, siteLink: linkTo(''), ...(alarmTopic === undefined ? {} : { alarmTopic }) }
}

export function outcomeLines({ bucketUrl, siteLink, alarmTopic }: Outcome): string[] {
  return [
    '',
    `  status page   ${siteLink}`,
    `  bucket        ${bucketUrl}`,
    ...(alarmTopic === undefined
      ? []
      : [`  alarms        ${alarmTopic}: each address confirms the mail that SNS sends it`]),
    '',
    'Next: let a host send. What its agent may do, then the agent itself (docs/install.md):',
    '',
    `  vitals enrol --host web-1 --bucket ${bucketUrl}`,
    `  vitals agent --host web-1 --bucket ${bucketUrl}`,
  ]
}

/** The link that is printed opens as long as those in mails, a week where nothing is said. */
function lifetimeMs(seconds: string | undefined): number {
  const parsed = settings.linkLifetimeMs.parse(seconds || settings.linkLifetimeMs.defaultText)
  return parsed.ok ? parsed.value : dayMs
}
