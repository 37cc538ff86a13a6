import { systemClock, systemRandom } from '../../adapters/clock/system.ts'
import { openMail } from '../../adapters/mail/open.ts'
import { plainLinks } from '../../core/link.ts'
import { defaultReceiver } from '../../core/notice.ts'
import { sendTestNotice } from '../../functions/notify/test-notice.ts'
import type { Parsed } from '../options.ts'
import { readSettings } from '../settings.ts'
import type { Terminal } from '../terminal.ts'

export async function runNotifyTest({ parsed, terminal }: { parsed: Parsed; terminal: Terminal }): Promise<void> {
  const settings = readSettings(terminal.env, parsed)
  const results = await sendTestNotice({
    receivers: { [defaultReceiver]: await openMail({ settings }) },
    host: settings.host,
    clock: systemClock,
    random: systemRandom,
    timeZone: settings.timeZone,
    ...(settings.siteUrl === undefined ? {} : { linkTo: plainLinks(settings.siteUrl) }),
    signal: terminal.stopSignal(),
  })
  if (parsed.values.json) terminal.print(JSON.stringify(results))
  const failed = results.filter((result) => result.outcome === 'failed')
  if (!parsed.values.json) {
    for (const result of results) {
      if (result.outcome === 'failed') continue
      terminal.print(result.reachesSomebody ? `sent to ${result.destination}` : `written to ${result.where}`)
      if (!result.reachesSomebody)
        terminal.print('Nobody was told: set MONITOR_SMTP_URL and MONITOR_MAIL_TO to send mails.')
    }
  }
  if (failed.length > 0)
    throw new Error(failed.map(({ destination, error }) => `mail to ${destination}: ${error}`).join('; '))
}
