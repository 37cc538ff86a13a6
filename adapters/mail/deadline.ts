/** A mail that is given up when nobody answers. */
import type { Clock } from '../clock/port.ts'
import { type Mail, MailError, type MailSender } from './port.ts'

/** Rejects at the deadline, and at once when interrupted, even if the sender heeds no signal. */
export async function sendByDeadline(
  sender: MailSender,
  mail: Mail,
  { clock, sendDeadlineMs, signal }: { clock: Clock; sendDeadlineMs: number; signal: AbortSignal },
): Promise<{ messageId: string; where: string }> {
  if (signal.aborted) throw new MailError('interrupted', { effect: 'none', cause: signal.reason })
  const deadline = new AbortController()
  const answered = new AbortController()
  clock.sleep(sendDeadlineMs, answered.signal).then(() => {
    if (answered.signal.aborted) return
    deadline.abort(new MailError(`${sender.destination}: no answer in ${sendDeadlineMs / 1000} s`))
  })
  const stop = AbortSignal.any([signal, deadline.signal])
  const { promise: stopped, reject } = Promise.withResolvers<never>()
  const onStop = () =>
    reject(stop.reason instanceof MailError ? stop.reason : new MailError('interrupted', { cause: stop.reason }))
  stop.addEventListener('abort', onStop, { once: true })
  try {
    return await Promise.race([sender.send(mail, { signal: stop }), stopped])
  } finally {
    stop.removeEventListener('abort', onStop)
    answered.abort()
  }
}
