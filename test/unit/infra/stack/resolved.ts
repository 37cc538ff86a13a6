import { ownerId } from '../../../iam.ts'
import { plain } from './package-stack.ts'

/** What CloudFormation would put in the place of names. */
const names: Record<string, string> = {
  '<AWS::Partition>': 'aws',
  '<AWS::Region>': 'us-east-1',
  '<AWS::AccountId>': ownerId,
  'VitalsBucket.Arn': 'arn:aws:s3:::vitals',
  'Failures.Arn': `arn:aws:sqs:us-east-1:${ownerId}:failures`,
}

export const bucketUrl = 's3://vitals'

/** A part of the template as AWS gets it. Throws for a name that is not known here. */
export function resolved<T>(value: unknown): T {
  return inPlace(value) as T
}

function inPlace(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inPlace)
  if (typeof value !== 'object' || value === null) return value
  const [name = '', ...more] = Object.keys(value)
  if (more.length > 0 || !/^(?:Ref|Fn::\w+)$/.test(name)) {
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, inPlace(part)]))
  }
  const text = String(plain(value)).replace(/<[\w:]+>|\b[A-Z]\w+\.Arn\b/g, (found) => names[found] ?? found)
  if (/[<>]|\.Arn\b/.test(text)) throw new Error(`${text}: expected one of ${Object.keys(names).join(', ')}`)
  return text
}
