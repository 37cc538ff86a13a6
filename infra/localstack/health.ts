/** Whether a LocalStack has what the stack needs: it says `Ready.` even when most of its services have failed to load. */

/** What is asked of it. */
export const services = [
  's3',
  'sqs',
  'sns',
  'ses',
  'cloudwatch',
  'logs',
  'events',
  'scheduler',
  'iam',
  'kms',
  'sts',
  'cloudformation',
  'lambda',
  'secretsmanager',
  'ssm',
] as const

export type ServiceName = (typeof services)[number]

const answerMs = 10_000

/** `running`: it is loaded; `available`: it will be, when it is first asked. */
export type ServiceState = 'running' | 'available'

export interface ExpectedHealth {
  accepted?: readonly ServiceState[]
  /** Absent: all. */
  needed?: readonly ServiceName[]
}

/** Throws with the services that are in no such state. */
export async function checkHealth(
  url: string,
  { accepted = ['running', 'available'], needed = services }: ExpectedHealth = {},
): Promise<void> {
  const states = await readStates(`${url}/_localstack/health`)
  const isFine = (name: string) => accepted.some((state) => state === states[name])
  const listed = needed.filter((name) => !isFine(name)).map((name) => `${name} is ${states[name] ?? 'unknown'}`)
  if (listed.length === 0) return
  throw new Error(`LocalStack at ${url}: ${listed.join(', ')}: expected every one to be ${accepted.join(' or ')}`)
}

async function readStates(healthUrl: string): Promise<Record<string, string>> {
  try {
    const response = await fetch(healthUrl, { signal: AbortSignal.timeout(answerMs) })
    const { services: states } = (await response.json()) as { services: Record<string, string> }
    return { ...states }
  } catch (cause) {
    throw new Error(`${healthUrl}: expected a LocalStack to answer, and none does`, { cause })
  }
}
