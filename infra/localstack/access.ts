/** How the AWS SDK speaks to a LocalStack. */
import type { AwsAccess } from '../../adapters/aws/call.ts'

const region = 'us-east-1'
/** Any will do. */
const credentials = { accessKeyId: 'test', secretAccessKey: 'test' }

/** What speaks to AWS speaks to LocalStack with these in its environment. */
export function localStackEnvironment(url: string): Record<string, string> {
  const { accessKeyId, secretAccessKey } = credentials
  return {
    AWS_ENDPOINT_URL: url,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_REGION: region,
  }
}

/** The same for a client of one's own. */
export function awsAccess(url: string): Required<AwsAccess> {
  return { endpoint: url, region, credentials }
}
