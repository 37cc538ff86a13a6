/** What each way of giving credentials to a host has: a template of CloudFormation, and what is to be done with it. */
import { createHash } from 'node:crypto'
import { type AgentPolicy, inboxArn } from '../../core/agent-policy.ts'

export interface Enrolment {
  bucketUrl: string
  host: string
  policy: AgentPolicy
}

export interface Template {
  AWSTemplateFormatVersion: '2010-09-09'
  Description: string
  Parameters?: Record<string, object>
  Resources: Record<string, { Type: string; Properties: Record<string, unknown> }>
  Outputs: Record<string, { Value: unknown }>
}

export interface Step {
  say: string
  /** For a shell. */
  commands?: string[]
}

export interface Way {
  meaning: string
  /** What the stack has to be told: `Name=what it looks like`. */
  parameters?: string
  /** What is wrong with this host's name, and what was expected; absent, as its answer: nothing. */
  problem?(host: string): string | undefined
  template(enrolment: Enrolment): Template
  /** After the stack `stackNameOf` was made. */
  steps(enrolment: Enrolment): Step[]
}

/** As stacks may be named, and another one for each host and bucket, however they are spelt. */
export function stackNameOf({ bucketUrl, host }: Pick<Enrolment, 'bucketUrl' | 'host'>): string {
  const plain = host.replace(/[^A-Za-z0-9]+/g, '-').slice(0, 64)
  const hash = createHash('sha256').update(inboxArn({ bucketUrl, host })).digest('hex').slice(0, 8)
  return `vitals-agent-${plain}-${hash}`.replace(/-+/g, '-')
}

/** What a shell puts in the place of an output of the stack. */
export function outputOf(enrolment: Enrolment, name: string): string {
  const query = `Stacks[0].Outputs[?OutputKey=='${name}'].OutputValue`
  return `$(aws cloudformation describe-stacks --stack-name ${stackNameOf(enrolment)} --query "${query}" --output text)`
}

/** A role of its own: what hosts share, isolates none. */
export function roleFor({ policy }: Enrolment, trust: object): Template['Resources'][string] {
  return {
    Type: 'AWS::IAM::Role',
    Properties: {
      AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [trust] },
      Policies: [{ PolicyName: 'vitals-agent', PolicyDocument: policy }],
    },
  }
}

export function describe({ host, bucketUrl }: Enrolment, what: string): string {
  return `${what} of the Vitals agent of ${printableAscii(host)}: puts what is not there yet into ${bucketUrl}`
}

/** CloudFormation takes a description of any text, but consoles show it. */
function printableAscii(text: string): string {
  return text.replace(/[^ -~]/g, '?')
}
