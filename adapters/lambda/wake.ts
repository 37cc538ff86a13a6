/** Wakes another function at once, and does not wait for what it does. */
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda'
import type { Log } from '../log/port.ts'

const connectMs = 2_000
const answerMs = 5_000

/**
 * Never throws: whom nobody wakes, its own schedule does.
 * `functionName`: as https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html takes it.
 */
export function createWaker({ functionName, log }: { functionName: string; log: Log }): () => Promise<void> {
  const client = new LambdaClient({
    requestHandler: { connectionTimeout: connectMs, requestTimeout: answerMs, throwOnRequestTimeout: true },
  })
  return async () => {
    try {
      await client.send(new InvokeCommand({ FunctionName: functionName, InvocationType: 'Event' }))
    } catch (error) {
      log.warn('a function could not be woken; its schedule does it', {
        called: functionName,
        reason: (error as Error).message,
      })
    }
  }
}
