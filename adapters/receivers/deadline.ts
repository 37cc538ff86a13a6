/** A message that is given up when its receiver does not answer. */
import { actByDeadline } from '../clock/deadline.ts'
import type { Clock } from '../clock/port.ts'
import { type Accepted, type Message, type Receiver, ReceiverError } from './port.ts'

/** Rejects at the receiver's deadline, and at once when interrupted, even if it heeds no signal. */
export async function tellByDeadline(
  receiver: Receiver,
  message: Message,
  { clock, signal }: { clock: Clock; signal: AbortSignal },
): Promise<Accepted> {
  const { deadlineMs, destination } = receiver
  return await actByDeadline((stop) => receiver.send(message, { signal: stop }), {
    clock,
    deadlineMs,
    signal,
    late: () => new ReceiverError(`${destination}: no answer in ${deadlineMs / 1000} s`),
    interrupted: ({ hasBegun, cause }) =>
      new ReceiverError('interrupted', { effect: hasBegun ? 'unknown' : 'none', cause }),
  })
}
