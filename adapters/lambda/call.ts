/** Calls another function and waits for its answer. */
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda'

const connectMs = 2_000

/**
 * Rejects with what the function threw, or when it takes longer than `answerMs`: it goes on then, unseen.
 * `functionName`: as https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html takes it.
 */
export function createCaller({
  functionName,
  answerMs,
}: {
  functionName: string
  answerMs: number
}): (event: unknown) => Promise<unknown> {
  const client = new LambdaClient({
    // Twice would be two reports.
    maxAttempts: 1,
    requestHandler: { connectionTimeout: connectMs, requestTimeout: answerMs, throwOnRequestTimeout: true },
  })
  return async (event) => {
    const { Payload, FunctionError } = await client.send(
      new InvokeCommand({ FunctionName: functionName, Payload: Buffer.from(JSON.stringify(event)) }),
    )
    const text = Buffer.from(Payload ?? []).toString('utf8')
    if (FunctionError !== undefined) throw new Error(`${functionName} failed: ${errorOf(text)}`)
    return JSON.parse(text) as unknown
  }
}

function errorOf(text: string): string {
  try {
    const { errorMessage } = JSON.parse(text) as { errorMessage?: unknown }
    return typeof errorMessage === 'string' ? errorMessage : text.slice(0, 200)
  } catch {
    return text.slice(0, 200)
  }
}
