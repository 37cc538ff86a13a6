/** Has another function begin with an event, and does not wait for what it does. */
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda'

const connectMs = 2_000
const answerMs = 5_000

/**
 * Rejects when Lambda did not take the event: it may have all the same.
 * `functionName`: as https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html takes it.
 */
export function createInvoker(functionName: string): (event?: unknown) => Promise<void> {
  const client = new LambdaClient({
    requestHandler: { connectionTimeout: connectMs, requestTimeout: answerMs, throwOnRequestTimeout: true },
  })
  return async (event) => {
    const payload = event === undefined ? {} : { Payload: Buffer.from(JSON.stringify(event)) }
    await client.send(new InvokeCommand({ FunctionName: functionName, InvocationType: 'Event', ...payload }))
  }
}
