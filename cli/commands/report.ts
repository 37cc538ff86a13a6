import { systemClock } from '../../adapters/clock/system.ts'
import { composeFunctions } from '../../embedded/functions.ts'
import { type ReportFormat, reportFormats, usualFormats, writeReport } from '../../embedded/report-files.ts'
import { parseRequest } from '../../functions/report/handler.ts'
import type { ReportRequest } from '../../functions/report/make-report.ts'
import { UsageError } from '../errors.ts'
import type { Parsed } from '../options.ts'
import { readSettings } from '../settings.ts'
import type { Terminal } from '../terminal.ts'
import { parseTime } from '../times.ts'

/** Rolls up what the log has, then makes the report into a directory. */
export async function runReport({ parsed, terminal }: { parsed: Parsed; terminal: Terminal }): Promise<void> {
  const settings = readSettings(terminal.env, parsed)
  const { mail, ...request } = readRequest(parsed, settings.timeZone)
  const formats = readFormats(parsed)
  const functions = await composeFunctions({
    settings,
    env: terminal.env,
    log: terminal.createLog('stderr', settings.timeZone),
  })
  const onProgress = (text: string) => (parsed.values.json ? undefined : terminal.progress(text))
  const { made, paths } = await writeReport({
    functions,
    request: {
      ...request,
      drawn: mail.length > 0 || formats.some((one) => one === 'html' || one === 'png'),
      onProgress: (done, all) => onProgress(`chart ${done} of ${all} …`),
    },
    formats,
    onProgress,
    directory: parsed.values.out?.[0] ?? settings.logDir,
  })
  onProgress('')
  if (!parsed.values.json) {
    terminal.print(made.text)
    for (const path of paths) terminal.print(path)
  }
  const mailed = mail.length > 0 ? await functions.mailReport(made, mail) : undefined
  if (parsed.values.json) {
    const sent = mailed ? { mailed } : {}
    return terminal.print(JSON.stringify({ summary: made.report.summary, files: paths, ...sent }))
  }
  if (!mailed) return
  const { reachesSomebody } = functions.mail
  terminal.print(reachesSomebody ? `sent by ${mailed.where}` : `written to ${mailed.where}`)
  if (!reachesSomebody) terminal.print('Nobody was told: set MONITOR_SMTP_URL to send mails.')
}

/** Names, separated by commas; not said: the usual ones. */
function readFormats({ values }: Parsed): readonly ReportFormat[] {
  const [said] = values.format ?? []
  if (said === undefined) return usualFormats
  if (said === 'all') return reportFormats
  return said.split(',').map((name) => {
    const format = reportFormats.find((one) => one === name.trim())
    if (!format) throw new UsageError(`--format ${said}: expected some of ${reportFormats.join(', ')}, or all`)
    return format
  })
}

function readRequest(parsed: Parsed, timeZone: string): ReportRequest & { mail: string[] } {
  const event = eventOf(parsed, timeZone)
  try {
    const { mail, ...request } = parseRequest(event, systemClock.now())
    return { ...request, mail: Array.isArray(mail) ? mail : [] }
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
}

function eventOf({ values }: Parsed, timeZone: string) {
  const [to] = values.to ?? []
  return {
    ...(values.host ? { hosts: [...values.host] } : {}),
    ...(values.tag ? { tags: [...values.tag] } : {}),
    ...(values.mail ? { mail: values.mail.flatMap((list) => list.split(',')).map((one) => one.trim()) } : {}),
    ...beginningOf(values, timeZone),
    ...(to === undefined ? {} : { toMs: parseTime(to, timeZone, 'to') }),
  }
}

const hoursOf = { hours: 1, days: 24 } as const

/** Said in one way at most; not at all: as the function has it. */
function beginningOf(values: Parsed['values'], timeZone: string): { hours?: number; fromMs?: number } {
  const said = (['hours', 'days', 'from'] as const).flatMap((name) => {
    const [value] = values[name] ?? []
    return value === undefined ? [] : [{ name, value }]
  })
  const [first, second] = said
  if (!first) return {}
  if (second) throw new UsageError(`--${first.name} and --${second.name}: expected one of them`)
  const { name, value } = first
  if (name === 'from') return { fromMs: parseTime(value, timeZone, name) }
  if (!(Number(value) > 0)) throw new UsageError(`--${name} ${value}: expected a number above 0`)
  return { hours: Number(value) * hoursOf[name] }
}
