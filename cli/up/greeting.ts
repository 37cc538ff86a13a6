/** The first lines: what runs, where to look, and whether anybody would be told. */
import type { Log } from '../../adapters/log/port.ts'
import type { MailSender } from '../../adapters/mail/port.ts'
import type { Settings } from '../../core/settings.ts'
import { version } from '../version.ts'

export interface Greeting {
  settings: Settings
  mail: MailSender
  siteUrl: string
  withAgent: boolean
  log: Log
  print?: (text: string) => void
}

export function greet({ settings, mail, siteUrl, withAgent, log, print }: Greeting): void {
  const { host, bucketUrl, logDir, intervalMs } = settings
  const mails = mail.reachesSomebody ? mail.destination : `files in ${mail.destination}`
  if (!print) {
    log.info('vitals is up', { version, host, site: siteUrl, bucket: bucketUrl, logs: logDir, mails })
    if (!mail.reachesSomebody) log.warn('nobody is told of an alert: set MONITOR_SMTP_URL and MONITOR_MAIL_TO')
    return
  }
  const watches = withAgent ? `watches ${host}, every ${intervalMs / 1_000} s` : `serves the hosts of ${bucketUrl}`
  print(`
  Vitals ${version} ${watches}

    status   ${siteUrl}
    bucket   ${bucketUrl}
    logs     ${logDir}
    mails    ${mails}
${mail.reachesSomebody ? '' : '\n    Nobody is told of an alert yet: set MONITOR_SMTP_URL and MONITOR_MAIL_TO.\n'}
  Ctrl-C stops it; what it has collected stays.
`)
}
