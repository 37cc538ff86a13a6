import { inject } from 'vitest'

/** From here on the AWS SDK of this process, and of those that it starts, speaks to LocalStack. Its address. */
export function useLocalStack(): string {
  const url = inject('localstackUrl')
  Object.assign(process.env, localStackEnvironment(url))
  return url
}

export function localStackEnvironment(url: string): Record<string, string> {
  return { AWS_ENDPOINT_URL: url, AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_REGION: 'us-east-1' }
}
