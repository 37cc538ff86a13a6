import { join } from 'node:path'
import type { Settings } from '../../core/settings.ts'
import { createEmlSender } from './eml.ts'
import type { MailSender } from './port.ts'
import { createSmtpSender } from './smtp.ts'

/** As it is set: by SES, by SMTP, or as files below the log directory. */
export async function openMail({
  settings,
}: {
  settings: Pick<Settings, 'mail' | 'smtpUrl' | 'logDir' | 'mailFrom' | 'mailTo'>
}): Promise<MailSender> {
  const { mail, smtpUrl, logDir, mailFrom: from, mailTo: to } = settings
  switch (mail) {
    case 'ses': {
      // Loaded where it is used: the SDK costs time and memory that nobody else should pay.
      const { createSesSender } = await import('./ses.ts')
      return await createSesSender({ from, to })
    }
    case 'smtp':
      return createSmtpSender({ url: smtpUrl ?? '', from, to })
    case 'file':
      return createEmlSender({ directory: join(logDir, 'mail'), from, to })
  }
}
