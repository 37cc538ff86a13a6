import { systemClock, systemRandom } from '../../adapters/clock/system.ts'
import { readConfig } from '../../adapters/config/file.ts'
import { openReceivers, type Receivers } from '../../adapters/receivers/open.ts'
import type { Receiver } from '../../adapters/receivers/port.ts'
import { plainLinks } from '../../core/link.ts'
import { defaultReceiver } from '../../core/notice.ts'
import { sendTestNotice } from '../../functions/notify/test-notice.ts'
import { UsageError } from '../errors.ts'
import type { Parsed } from '../options.ts'
import { readSettings } from '../settings.ts'
import type { Terminal } from '../terminal.ts'

export async function runNotifyTest({ parsed, terminal }: { parsed: Parsed; terminal: Terminal }): Promise<void> {
  const { env } = terminal
  const settings = readSettings(env, parsed)
  const { receivers: configs } = await readConfig(settings.vitalsFile, settings)
  const opened = await openReceivers({ settings, configs, env, clock: systemClock })
  const asked = [parsed.values.receiver ?? []].flat().map(String)
  const known = [...Object.keys(opened.receivers), ...configs.map(({ name }) => name)]
  const unknown = asked.find((name) => !known.includes(name))
  if (unknown !== undefined) {
    throw new UsageError(`--receiver ${unknown}: expected one of ${[...new Set(known)].join(', ')}`)
  }
  const isAsked = (name: string) => asked.length === 0 || asked.includes(name)
  const results = await sendTestNotice({
    receivers: chosen(opened.receivers, isAsked),
    host: settings.host,
    clock: systemClock,
    random: systemRandom,
    timeZone: settings.timeZone,
    ...(settings.siteUrl === undefined ? {} : { linkTo: plainLinks(settings.siteUrl) }),
    signal: terminal.stopSignal(),
  })
  if (parsed.values.json) terminal.print(JSON.stringify(results))
  else for (const text of results.flatMap(wordsOf)) terminal.print(text)
  const failures = [
    ...opened.problems.filter(({ receiver }) => isAsked(receiver)).map(({ reason }) => reason),
    ...results.flatMap((one) => (one.outcome === 'failed' ? [`${one.receiver}: ${one.error}`] : [])),
  ]
  if (failures.length > 0) throw new Error(failures.join('\n'))
}

function chosen(receivers: Receivers, isAsked: (name: string) => boolean): Receiver[] {
  return Object.values(receivers).filter(({ name }) => isAsked(name))
}

function wordsOf(result: Awaited<ReturnType<typeof sendTestNotice>>[number]): string[] {
  if (result.outcome === 'failed') return []
  const { receiver, destination, where, reachesSomebody } = result
  if (reachesSomebody) return [`${receiver}: sent to ${destination}`]
  if (receiver !== defaultReceiver) return [`${receiver}: written to ${where}, which nobody is told of`]
  return [
    `${receiver}: written to ${where}`,
    'Nobody was told: set MONITOR_SMTP_URL and MONITOR_MAIL_TO to send mails.',
  ]
}
