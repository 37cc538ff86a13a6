/** A report goes out at least once: what is wrong for a moment is tried again while the run lasts. */
import type { Clock, Random } from '../../adapters/clock/port.ts'
import type { Log } from '../../adapters/log/port.ts'
import type { Mail, MailSender } from '../../adapters/mail/port.ts'

const tries = 3
const deadlineMs = 30_000
const backoffCapMs = 10_000

/** Throws what the last try said. */
export async function sendReport(
  { sender, clock, random, log }: { sender: MailSender; clock: Clock; random: Random; log: Log },
  mail: Mail,
): Promise<{ messageId: string; where: string }> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await sender.send(mail, { signal: AbortSignal.timeout(deadlineMs) })
    } catch (error) {
      if (attempt === tries) throw error
      log.warn('the report was not sent; trying again', { id: mail.id, attempt, reason: (error as Error).message })
      await clock.sleep(random.fraction() * backoffCapMs)
    }
  }
}
