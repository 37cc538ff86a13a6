/** One request, sent once: its answer, or what went wrong, and the store's own time where it told it. */
import type { S3Client } from '@aws-sdk/client-s3'

/** The part of an SDK command that all of them share. */
interface Command {
  middlewareStack: { add(middleware: never, options: object): void }
}

interface RawResult {
  response: unknown
}

export interface Answer<Output> {
  output: Output
  /** Milliseconds UTC, to the second: the Date header. */
  storeAtMs?: number
}

/** What the SDK threw, with the store's time beside it. */
export class RequestFailure extends Error {
  readonly storeAtMs: number | undefined

  constructor(cause: unknown, storeAtMs: number | undefined) {
    super((cause as Error | undefined)?.message, { cause })
    this.name = 'RequestFailure'
    this.storeAtMs = storeAtMs
  }
}

export async function sendOnce<Output>(
  client: S3Client,
  command: Command,
  { deadlineMs }: { deadlineMs: number },
): Promise<Answer<Output>> {
  let storeAtMs: number | undefined
  const watch = (next: (args: unknown) => Promise<RawResult>) => async (args: unknown) => {
    const result = await next(args)
    storeAtMs = dateOf(result.response)
    return result
  }
  // Next to the wire: it sees answers that are errors, too; the SDK's own metadata has no Date.
  command.middlewareStack.add(watch as never, { step: 'deserialize', priority: 'low', name: 'storeDate' })
  try {
    const send = client.send.bind(client) as unknown as (command: Command, options: object) => Promise<Output>
    const output = await send(command, { abortSignal: AbortSignal.timeout(deadlineMs) })
    return { output, ...(storeAtMs === undefined ? {} : { storeAtMs }) }
  } catch (cause) {
    throw new RequestFailure(cause, storeAtMs)
  }
}

function dateOf(response: unknown): number | undefined {
  const headers = (response as { headers?: Record<string, string> } | undefined)?.headers
  const atMs = Date.parse(headers?.date ?? '')
  return Number.isNaN(atMs) ? undefined : atMs
}
