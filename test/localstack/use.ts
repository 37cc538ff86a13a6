import { inject } from 'vitest'
import { localStackEnvironment } from '../../infra/localstack/access.ts'

/** From here on the AWS SDK of this process, and of those that it starts, speaks to LocalStack. Its address. */
export function useLocalStack(): string {
  const url = inject('localstackUrl')
  Object.assign(process.env, localStackEnvironment(url))
  return url
}
