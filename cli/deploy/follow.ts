/** Tells how far CloudFormation is, while the framework waits for it; and why it failed. */
import { systemClock } from '../../adapters/clock/system.ts'
import { readStackEvents, type StackEvent } from '../../adapters/deployment/stack.ts'

const everyMs = 3_000
/** Clocks differ. */
const slackMs = 60_000

interface Followed {
  stack: string
  /** Resources that will be made, changed or removed; for `12 of 61`. */
  total: number
  onProgress: (text: string) => void
  act: () => Promise<unknown>
}

/** Throws what `act` throws, and before it what CloudFormation says. */
export async function followStack({ stack, total, onProgress, act }: Followed): Promise<void> {
  const sinceMs = systemClock.now() - slackMs
  const known = new Set((await readStackEvents(stack, sinceMs)).map(({ id }) => id))
  const newEvents = async () => (await readStackEvents(stack, sinceMs)).filter(({ id }) => !known.has(id))
  const acting = act().then(
    () => ({ ok: true }) as const,
    (error: unknown) => ({ ok: false, error }) as const,
  )
  for (;;) {
    const ended = await Promise.race([acting, systemClock.sleep(everyMs).then(() => undefined)])
    if (ended?.ok) return
    if (ended) throw withReasons(stack, ended.error, await newEvents().catch(() => []))
    // How far it is can be asked again.
    const events = await newEvents().catch(() => [])
    if (events.length > 0) onProgress(progressText(stack, events, total))
  }
}

/** Those of a resource end with `_COMPLETE` or `_FAILED`, once or more often. */
export function progressText(stack: string, events: readonly StackEvent[], total: number): string {
  const latest = new Map(events.filter(({ resource }) => resource !== stack).map((event) => [event.resource, event]))
  const done = [...latest.values()].filter(({ status }) => !status.endsWith('_IN_PROGRESS'))
  const [busy] = [...latest.values()].filter(({ status }) => status.endsWith('_IN_PROGRESS'))
  return `${done.length} of ${total} resources${busy ? `; ${busy.resource} …` : ' …'}`
}

/** What was cancelled because something else failed says nothing. */
export function failureLines(events: readonly StackEvent[]): string[] {
  return events
    .filter(({ status, reason = '' }) => status.endsWith('_FAILED') && !/cancelled/i.test(reason))
    .map(({ resource, type, status, reason }) => `  ${resource} (${type}): ${status}: ${reason ?? 'no reason is told'}`)
}

function withReasons(stack: string, error: unknown, events: readonly StackEvent[]): unknown {
  const lines = failureLines(events)
  if (lines.length === 0) return error
  return new Error([`${stack}: CloudFormation says:`, ...lines].join('\n'), { cause: error })
}
