/** What would be deployed: the framework's package, and what is in it. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { CodeHashes } from '../../core/deployment/compare.ts'
import { resourcesOf, type Template } from '../../core/deployment/template.ts'
import { type Framework, runFramework, runInCheckout } from './framework.ts'
import type { Target } from './target.ts'

export interface Packaged {
  directory: string
  template: Template
  /** By logical name. */
  code: CodeHashes
  zips: { name: string; bytes: number }[]
  /** What the framework was told of the functions and of the bucket. */
  given: Given
}

interface Given {
  /** Of all functions. */
  environment: Readonly<Record<string, unknown>>
  /** Its URL; empty: the stack makes one. */
  existingBucket: string
  /** Of the one that it makes, or would make. */
  bucketProperties: Readonly<Record<string, unknown>>
}

/** Into `directory`, from which it is deployed as it is. */
export async function packageStack(framework: Framework, { args }: Target, directory: string): Promise<Packaged> {
  await runFramework(framework, ['package', '--package', directory, ...args])
  const text = readFileSync(join(directory, 'cloudformation-template-update-stack.json'), 'utf8')
  const template = JSON.parse(text) as Template
  const code: Record<string, string> = {}
  const zips: Packaged['zips'] = []
  for (const [id, { Properties }] of resourcesOf(template, 'AWS::Lambda::Function')) {
    const { S3Key = '' } = (Properties?.Code ?? {}) as { S3Key?: string }
    const file = S3Key.slice(S3Key.lastIndexOf('/') + 1)
    const zip = readFileSync(join(directory, file))
    code[id] = createHash('sha256').update(zip).digest('base64')
    zips.push({ name: file.replace(/\.zip$/, ''), bytes: zip.byteLength })
  }
  return { directory, template, code, zips, given: readGiven(directory) }
}

/** Throws what functions would refuse of these settings, each minute, and nobody would be told. */
export async function expectSettings(framework: Framework, { given }: Packaged): Promise<void> {
  const existing = given.existingBucket === '' ? {} : { MONITOR_BUCKET: given.existingBucket }
  const input = JSON.stringify({ ...given.environment, ...existing })
  await runInCheckout(framework, 'node', [join('infra', 'serverless', 'expect-settings.ts')], input)
}

/** The framework's own notes: what its command that deploys a package begins with. */
interface FrameworkState {
  service: {
    provider: { environment: Record<string, unknown> }
    custom: { adapt: { bucket: string } }
    resources: { Resources: { VitalsBucket: { Properties: Record<string, unknown> } } }
  }
}

function readGiven(directory: string): Given {
  const { service } = JSON.parse(readFileSync(join(directory, 'serverless-state.json'), 'utf8')) as FrameworkState
  return {
    environment: service.provider.environment,
    existingBucket: service.custom.adapt.bucket,
    bucketProperties: service.resources.Resources.VitalsBucket.Properties,
  }
}
