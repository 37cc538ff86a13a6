/** A report goes out at least once: what is wrong for a moment is tried again while the run lasts. */
import { fullJitterMs } from '../../adapters/clock/jitter.ts'
import type { Clock, Random } from '../../adapters/clock/port.ts'
import type { Log } from '../../adapters/log/port.ts'
import { sendByDeadline } from '../../adapters/mail/deadline.ts'
import type { Mail, MailSender } from '../../adapters/mail/port.ts'

const tries = 3
const sendDeadlineMs = 30_000
const backoff = { baseMs: 10_000, capMs: 10_000 }

/** Throws what the last try said. */
export async function sendReport(
  { sender, clock, random, log }: { sender: MailSender; clock: Clock; random: Random; log: Log },
  mail: Mail,
): Promise<{ messageId: string; where: string }> {
  const { signal } = new AbortController()
  for (let attempt = 1; ; attempt++) {
    try {
      return await sendByDeadline(sender, mail, { clock, sendDeadlineMs, signal })
    } catch (error) {
      if (attempt === tries) throw error
      log.warn('the report was not sent; trying again', { id: mail.id, attempt, reason: (error as Error).message })
      await clock.sleep(fullJitterMs(backoff, 0, random))
    }
  }
}
