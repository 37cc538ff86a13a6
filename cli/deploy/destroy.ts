/** Removes a stack. The history stays in its bucket, unless it is told to go. */
import { openBucket } from '../../adapters/bucket/open.ts'
import { systemClock } from '../../adapters/clock/system.ts'
import { readCaller } from '../../adapters/deployment/account.ts'
import { type DeployedStack, readStack, readStackEvents } from '../../adapters/deployment/stack.ts'
import { formatNumber } from '../../core/view/format.ts'
import { printable } from '../../core/view/html.ts'
import { alignedLines } from '../aligned.ts'
import { begin, type Context } from './begin.ts'
import { confirm } from './confirm.ts'
import { followStack } from './follow.ts'
import { runFramework } from './framework.ts'
import { typeRows } from './plan-text.ts'
import type { Target } from './target.ts'
import { tell } from './tell.ts'

/** What goes and what stays. */
interface Removal {
  stack: string
  stage: string
  region: string
  account: string
  /** Types, one a resource. */
  removed: string[]
  data?: { url: string; objects: string; goes: boolean }
}

export async function destroy(context: Context): Promise<void> {
  const { parsed, terminal } = context
  const { values } = parsed
  const { isJson, target, framework } = begin(context)
  const removal = await planRemoval(target, values['delete-data'] !== undefined)
  if (isJson) terminal.print(JSON.stringify(removal))
  else for (const line of removalLines(removal)) terminal.print(printable(line))
  if (values.plan) return
  const { stack, stage } = removal
  const question = `\nType the stage's name, ${stage}, to remove ${stack}: `
  if (!(await confirm({ parsed, terminal, question, isYes: (answer) => answer === stage }))) {
    return terminal.print('Nothing was changed.')
  }
  tell(terminal, `removing ${stack}`)
  const also = removal.data?.goes ? ['--param', 'delete-data=yes'] : []
  await followStack({
    stack,
    total: removal.removed.length,
    readEvents: (sinceMs) => readStackEvents(stack, sinceMs),
    clock: systemClock,
    onProgress: terminal.progress,
    act: () => runFramework(framework, ['remove', ...target.args, ...also]),
  })
  terminal.progress('')
  if (!isJson) for (const line of endLines(removal)) terminal.print(line)
}

async function planRemoval({ stackName, stage, region }: Target, goes: boolean): Promise<Removal> {
  const { account } = await readCaller()
  const stack = await readStack(stackName)
  if (!stack) throw new Error(`there is no stack ${stackName} in ${region} of account ${account}`)
  const resources = Object.values(stack.template.Resources)
  const removed = resources.filter(({ DeletionPolicy }) => DeletionPolicy !== 'Retain').map(({ Type }) => Type)
  const { VitalsBucket: bucket } = stack.template.Resources
  if (bucket && bucket.DeletionPolicy !== 'Retain' && !goes) {
    throw new Error(`${stackName} was deployed by a version that keeps no data: deploy it once more, then destroy it`)
  }
  const data = await dataOf(stack, goes)
  return { stack: stackName, stage, region, account, removed, ...(data ? { data } : {}) }
}

/** Of the bucket that the stack made; of another nothing is removed. */
async function dataOf({ physicalIds, outputs }: DeployedStack, goes: boolean): Promise<Removal['data']> {
  const { VitalsBucket: name } = physicalIds
  if (name === undefined) return undefined
  const url = outputs.BucketUrl ?? `s3://${name}`
  const { objects, more } = await (await openBucket(url)).list('')
  return { url, objects: `${formatNumber(objects.length)}${more ? ' or more' : ''}`, goes }
}

function removalLines({ stack, region, account, removed, data }: Removal): string[] {
  const what = data && `${data.url}, with ${data.objects} objects: the history of your hosts`
  const stays = data && !data.goes ? [`Stays: ${what} (--delete-data: goes as well)`] : []
  return [
    `${stack} in ${region}, account ${account}`,
    '',
    'Goes:',
    ...alignedLines(typeRows(removed), '  - '),
    ...(data?.goes ? [`  - ${what}. Nothing brings it back.`] : []),
    ...stays,
    'Agents go on sending until they are stopped; links in mails open no more.',
  ]
}

function endLines({ stack, data }: Removal): string[] {
  const gone = `${stack} is removed.`
  if (!data) return [gone]
  if (data.goes) return [`${gone} So is what was in ${data.url}.`]
  const name = data.url.slice('s3://'.length)
  return [
    gone,
    `${data.url} stays, and costs what it holds: vitals storage --bucket ${data.url}`,
    `To look at it: vitals up --no-agent --bucket ${data.url}. To remove it: aws s3 rb --force s3://${name}`,
  ]
}
