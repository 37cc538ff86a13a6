import { join } from 'node:path'
import type { Settings } from '../../core/settings.ts'
import { createEmlSender } from './eml.ts'
import type { MailSender } from './port.ts'
import { createSmtpSender } from './smtp.ts'

/** SMTP where it is set, otherwise files below the log directory. */
export function openMail({
  settings,
}: {
  settings: Pick<Settings, 'smtpUrl' | 'logDir' | 'mailFrom' | 'mailTo'>
}): MailSender {
  const { smtpUrl, logDir, mailFrom: from, mailTo: to } = settings
  if (smtpUrl === undefined) return createEmlSender({ directory: join(logDir, 'mail'), from, to })
  return createSmtpSender({ url: smtpUrl, from, to })
}
