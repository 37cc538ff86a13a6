/** Tells how far CloudFormation is, while the framework waits for it; and why it failed. */
import type { Clock } from '../../adapters/clock/port.ts'
import type { StackEvent } from '../../adapters/deployment/stack.ts'

const everyMs = 3_000
/** The clock of CloudFormation is another one. */
const slackMs = 60_000

export interface Followed {
  stack: string
  /** Resources that will be made, changed or removed; for `12 of 61`. */
  total: number
  readEvents: (sinceMs: number) => Promise<StackEvent[]>
  clock: Pick<Clock, 'now' | 'sleep'>
  onProgress: (text: string) => void
  act: () => Promise<unknown>
}

/** Throws what `act` throws, and before it what CloudFormation says. */
export async function followStack({ stack, total, readEvents, clock, onProgress, act }: Followed): Promise<void> {
  const sinceMs = clock.now() - slackMs
  const known = new Set((await readEvents(sinceMs)).map(({ id }) => id))
  // How far it is can be asked again.
  const newEvents = async () => (await readEvents(sinceMs).catch(() => [])).filter(({ id }) => !known.has(id))
  const acting = act().then(
    () => ({ ok: true }) as const,
    (error: unknown) => ({ ok: false, error }) as const,
  )
  for (;;) {
    const ended = await Promise.race([acting, clock.sleep(everyMs).then(() => undefined)])
    if (ended?.ok) return
    const events = await newEvents()
    if (ended) throw withReasons(stack, ended.error, events)
    if (events.length > 0) onProgress(progressText(stack, events, total))
  }
}

/** Those of a resource end with `_COMPLETE` or `_FAILED`, once or more often. */
function progressText(stack: string, events: readonly StackEvent[], total: number): string {
  const latest = new Map(events.filter(({ resource }) => resource !== stack).map((event) => [event.resource, event]))
  const isBusy = ({ status }: StackEvent) => status.endsWith('_IN_PROGRESS')
  const done = [...latest.values()].filter((event) => !isBusy(event))
  const busy = [...latest.values()].find(isBusy)
  return `${done.length} of ${total} resources${busy ? `; ${busy.resource} …` : ' …'}`
}

function withReasons(stack: string, error: unknown, events: readonly StackEvent[]): unknown {
  // What was cancelled because something else failed says nothing.
  const failed = events.filter(({ status, reason = '' }) => status.endsWith('_FAILED') && !/cancelled/i.test(reason))
  if (failed.length === 0) return error
  const lines = failed.map(
    ({ resource, type, status, reason }) => `  ${resource} (${type}): ${status}: ${reason ?? 'no reason is told'}`,
  )
  return new Error([`${stack}: CloudFormation says:`, ...lines].join('\n'), { cause: error })
}
