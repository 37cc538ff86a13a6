/** The first lines: what runs, where to look, and whether anybody would be told. */
import type { Log } from '../../adapters/log/port.ts'
import type { Receivers } from '../../adapters/receivers/open.ts'
import { defaultReceiver } from '../../core/notice.ts'
import type { Settings } from '../../core/settings.ts'
import type { TellingPolicy } from '../../core/telling/policy.ts'
import { version } from '../version.ts'

export interface Greeting {
  settings: Settings
  /** Where mails go. */
  mail: { destination: string; reachesSomebody: boolean }
  receivers: Receivers
  routes: TellingPolicy['routes']
  siteUrl: string
  withAgent: boolean
  log: Log
  print?: (text: string) => void
}

export function greet(greeting: Greeting): void {
  const { settings, mail, siteUrl, withAgent, log, print } = greeting
  const { host, bucketUrl, logDir, intervalMs } = settings
  const mails = mail.reachesSomebody ? mail.destination : `files in ${mail.destination}`
  const told = othersTold(greeting)
  const isTold = mail.reachesSomebody || told.length > 0
  if (!print) {
    const others = told.length > 0 ? { told: told.join(', ') } : {}
    log.info('vitals is up', { version, host, site: siteUrl, bucket: bucketUrl, logs: logDir, mails, ...others })
    if (!isTold) log.warn('nobody is told of an alert: set MONITOR_SMTP_URL and MONITOR_MAIL_TO')
    return
  }
  const watches = withAgent ? `watches ${host}, every ${intervalMs / 1_000} s` : `serves the hosts of ${bucketUrl}`
  print(`
  Vitals ${version} ${watches}

    status   ${siteUrl}
    bucket   ${bucketUrl}
    logs     ${logDir}
    mails    ${mails}
${told.length === 0 ? '' : `    told     ${told.join(', ')}\n`}${isTold ? '' : '\n    Nobody is told of an alert yet: set MONITOR_SMTP_URL and MONITOR_MAIL_TO.\n'}
  Ctrl-C stops it; what it has collected stays.
`)
}

/** Whom the routes of vitals.yml lead to, beside `default`, and who is somebody. */
function othersTold({ receivers, routes }: Greeting): string[] {
  const names = new Set(routes.flatMap(({ to }) => to))
  return [...names].flatMap((name) => {
    const receiver = Object.hasOwn(receivers, name) ? receivers[name] : undefined
    return name !== defaultReceiver && receiver?.reachesSomebody ? [`${name} (${receiver.destination})`] : []
  })
}
