/** A stack of CloudFormation, as it is deployed. Endpoint, region and credentials are the AWS SDK's own standard settings. */
import {
  CloudFormationClient,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  GetTemplateCommand,
  ListStackResourcesCommand,
  type Stack,
} from '@aws-sdk/client-cloudformation'
import type { Template } from '../../core/deployment/template.ts'

export interface DeployedStack {
  /** `UPDATE_COMPLETE` and the like. */
  status: string
  template: Template
  outputs: Readonly<Record<string, string>>
  /** Of resources, by their names in the template. */
  physicalIds: Readonly<Record<string, string>>
}

export interface StackEvent {
  id: string
  atMs: number
  resource: string
  type: string
  /** `CREATE_IN_PROGRESS` and the like. */
  status: string
  reason?: string
}

/** Undefined: there is none. */
export async function readStack(name: string): Promise<DeployedStack | undefined> {
  const client = new CloudFormationClient()
  const stack = await describe(client, name)
  // What was only begun by a change set has nothing in it.
  if (!stack || stack.StackStatus === 'DELETE_COMPLETE' || stack.StackStatus === 'REVIEW_IN_PROGRESS') return undefined
  const { TemplateBody = '{}' } = await client.send(
    new GetTemplateCommand({ StackName: name, TemplateStage: 'Original' }),
  )
  return {
    status: stack.StackStatus ?? 'unknown',
    template: parseTemplate(name, TemplateBody),
    outputs: Object.fromEntries(
      (stack.Outputs ?? []).map(({ OutputKey, OutputValue = '' }) => [OutputKey, OutputValue]),
    ),
    physicalIds: await physicalIds(client, name),
  }
}

/** Oldest first, those since `sinceMs`. The first page holds more than comes between two questions. */
export async function readStackEvents(name: string, sinceMs: number): Promise<StackEvent[]> {
  try {
    const { StackEvents = [] } = await new CloudFormationClient().send(
      new DescribeStackEventsCommand({ StackName: name }),
    )
    const events = StackEvents.map(
      ({ EventId = '', Timestamp, LogicalResourceId = '', ResourceType = '', ResourceStatus = '', ...rest }) => ({
        id: EventId,
        atMs: Timestamp?.getTime() ?? 0,
        resource: LogicalResourceId,
        type: ResourceType,
        status: ResourceStatus,
        ...(rest.ResourceStatusReason ? { reason: rest.ResourceStatusReason } : {}),
      }),
    )
    return events.filter(({ atMs }) => atMs >= sinceMs).reverse()
  } catch (error) {
    if (isMissing(error)) return []
    throw error
  }
}

async function describe(client: CloudFormationClient, name: string): Promise<Stack | undefined> {
  try {
    const { Stacks: [stack] = [] } = await client.send(new DescribeStacksCommand({ StackName: name }))
    return stack
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}

/** CloudFormation's answer for a stack that is not there has no code of its own. */
function isMissing(error: unknown): boolean {
  const { name, message } = error as Error
  return name === 'ValidationError' && message.includes('does not exist')
}

async function physicalIds(client: CloudFormationClient, name: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {}
  let next: string | undefined
  do {
    const page = await client.send(
      new ListStackResourcesCommand({ StackName: name, ...(next === undefined ? {} : { NextToken: next }) }),
    )
    for (const { LogicalResourceId: id = '', PhysicalResourceId = '' } of page.StackResourceSummaries ?? []) {
      found[id] = PhysicalResourceId
    }
    next = page.NextToken
  } while (next !== undefined)
  return found
}

function parseTemplate(name: string, text: string): Template {
  try {
    const template = JSON.parse(text) as Partial<Template>
    return { Resources: template.Resources ?? {} }
  } catch (cause) {
    throw new Error(`the template of stack ${name} is not JSON, as the framework writes it: who deployed it?`, {
      cause,
    })
  }
}
