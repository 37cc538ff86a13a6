/** A mail that is given up when nobody answers. */
import { actByDeadline } from '../clock/deadline.ts'
import type { Clock } from '../clock/port.ts'
import { type Mail, MailError, type MailSender } from './port.ts'

/** Rejects at the deadline, and at once when interrupted, even if the sender heeds no signal. */
export async function sendByDeadline(
  sender: MailSender,
  mail: Mail,
  { clock, sendDeadlineMs, signal }: { clock: Clock; sendDeadlineMs: number; signal: AbortSignal },
): Promise<{ messageId: string; where: string }> {
  return await actByDeadline((stop) => sender.send(mail, { signal: stop }), {
    clock,
    deadlineMs: sendDeadlineMs,
    signal,
    late: () => new MailError(`${sender.destination}: no answer in ${sendDeadlineMs / 1000} s`),
    interrupted: ({ hasBegun, cause }) =>
      new MailError('interrupted', { effect: hasBegun ? 'unknown' : 'none', cause }),
  })
}
